'use server';

import type { z } from 'zod';
import { changeSettings } from '#lib/services/change-settings.ts';
import { createAlertChannel } from '#lib/services/create-alert-channel.ts';
import { createOperator } from '#lib/services/create-operator.ts';
import { deleteAlertChannel } from '#lib/services/delete-alert-channel.ts';
import { disableOperator } from '#lib/services/disable-operator.ts';
import { editAlertChannel } from '#lib/services/edit-alert-channel.ts';
import { enableOperator } from '#lib/services/enable-operator.ts';
import { setOperatorPassword } from '#lib/services/set-operator-password.ts';
import { setOperatorRole } from '#lib/services/set-operator-role.ts';
import { testAlertChannel } from '#lib/services/test-alert-channel.ts';
import { runAction } from '#lib/web/action.ts';

export async function changeSettingsAction(input: z.input<typeof changeSettings.input>) {
  return runAction(changeSettings, input);
}

export async function createOperatorAction(input: z.input<typeof createOperator.input>) {
  return runAction(createOperator, input);
}

export async function setOperatorRoleAction(input: z.input<typeof setOperatorRole.input>) {
  return runAction(setOperatorRole, input);
}

export async function setOperatorPasswordAction(input: z.input<typeof setOperatorPassword.input>) {
  return runAction(setOperatorPassword, input);
}

export async function disableOperatorAction(input: z.input<typeof disableOperator.input>) {
  return runAction(disableOperator, input);
}

export async function enableOperatorAction(input: z.input<typeof enableOperator.input>) {
  return runAction(enableOperator, input);
}

export async function createAlertChannelAction(input: z.input<typeof createAlertChannel.input>) {
  return runAction(createAlertChannel, input);
}

export async function editAlertChannelAction(input: z.input<typeof editAlertChannel.input>) {
  return runAction(editAlertChannel, input);
}

export async function deleteAlertChannelAction(input: z.input<typeof deleteAlertChannel.input>) {
  return runAction(deleteAlertChannel, input);
}

export async function testAlertChannelAction(input: z.input<typeof testAlertChannel.input>) {
  return runAction(testAlertChannel, input);
}
