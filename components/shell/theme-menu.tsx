'use client';

import { Moon, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { buttonClass } from '#components/ui/button.tsx';
import { Menu, MenuItem } from '#components/ui/menu.tsx';

const THEMES = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

/** Light, dark, or as the system says. */
export function ThemeMenu() {
  const { theme, setTheme } = useTheme();
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label="Colour theme"
          className={buttonClass({ look: 'quiet', size: 'icon' })}
        >
          <Sun className="dark:hidden" />
          <Moon className="hidden dark:block" />
        </button>
      }
    >
      {THEMES.map(([value, label]) => (
        <MenuItem key={value} onSelect={() => setTheme(value)}>
          <span className="w-3">{theme === value ? '✓' : ''}</span>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
