export type KnownError = {
  code: string;
  message: string;
  details: Record<string, unknown>;
  httpStatus: number;
};

/** An AppError by its shape: bundle and server have classes of their own, so `instanceof` would not hold. */
export function errorOf(error: unknown): KnownError | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  const httpStatus: unknown = Reflect.get(error, 'httpStatus');
  const details: unknown = Reflect.get(error, 'details');
  if (typeof code !== 'string' || typeof httpStatus !== 'number') return undefined;
  return {
    code,
    message: error.message,
    httpStatus,
    details: typeof details === 'object' && details !== null ? { ...details } : {},
  };
}
