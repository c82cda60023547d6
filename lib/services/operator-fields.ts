import { z } from 'zod';
import { Role } from '#lib/domain/permissions.ts';

export const OperatorEmail = z
  .email()
  .max(254)
  .transform((email) => email.toLowerCase());

/** Who works with the console. */
export const OperatorFields = z.object({
  email: OperatorEmail,
  name: z.string().trim().min(1).max(120),
  role: Role,
  /** At least ten characters; shown to nobody again. */
  password: z.string().min(10, 'a password has at least 10 characters').max(128),
});
export type OperatorFields = z.infer<typeof OperatorFields>;
