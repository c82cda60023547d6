'use server';

import { checkAuditChain } from '#lib/services/check-audit-chain.ts';
import { runAction } from '#lib/web/action.ts';

export async function checkAuditChainAction(_: Record<string, never>) {
  return runAction(checkAuditChain, {});
}
