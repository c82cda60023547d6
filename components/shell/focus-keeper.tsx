'use client';

import { useEffect } from 'react';
import { keepFocus } from './keep-focus.ts';

/** Whoever works by keyboard never loses the place: see `keepFocus`. */
export function FocusKeeper() {
  useEffect(keepFocus, []);
  return null;
}
