/** An expected refusal with a stable code. Each boundary (action, API, process) maps it once. */
export class AppError extends Error {
  readonly code: string;
  readonly httpStatus: number;
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, httpStatus = 500, details: Record<string, unknown> = {}) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.httpStatus = httpStatus;
    this.details = details;
  }
}

/** Input that does not parse, or breaks a rule. `details.issues` names the fields where known. */
export class ValidationError extends AppError {
  constructor(message: string, details: Record<string, unknown> = {}, code = 'invalid') {
    super(code, message, 422, details);
  }
}

/** Nobody is signed in, or the credential is not valid. */
export class UnauthenticatedError extends AppError {
  constructor(message = 'Sign in first.', details: Record<string, unknown> = {}) {
    super('unauthenticated', message, 401, details);
  }
}

/** Signed in, but this action is not allowed to this role. */
export class ForbiddenError extends AppError {
  constructor(message: string, details: Record<string, unknown> = {}, code = 'forbidden') {
    super(code, message, 403, details);
  }
}

export class NotFoundError extends AppError {
  constructor(message: string, details: Record<string, unknown> = {}, code = 'not_found') {
    super(code, message, 404, details);
  }
}

/** Someone else changed it first, or its state does not allow this now. */
export class ConflictError extends AppError {
  constructor(message: string, details: Record<string, unknown> = {}, code = 'conflict') {
    super(code, message, 409, details);
  }
}

/** A part that is needed does not answer now; trying again later may help. */
export class UnavailableError extends AppError {
  constructor(message: string, details: Record<string, unknown> = {}, code = 'unavailable') {
    super(code, message, 503, details);
  }
}

/** The environment is wrong: the message is one sentence that names the variable. */
export class ConfigError extends AppError {
  readonly variable: string;

  constructor(variable: string, message: string) {
    super('config', message, 500, { variable });
    this.variable = variable;
  }
}
