/** What the server says when a request fails: RFC 9457, with a stable code and words in the reader's language. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  request_id?: string;
  errors?: Fault[];
  contact_id?: string;
}

/** One wrong place of the input. */
export interface Fault {
  location: string;
  code: string;
  message: string;
  /** Where inside a text, from 1. */
  line?: number;
}

/** Codes that are ours and not the server's: their words are in the screens' catalogues under `error`. */
export const unreachable = 'client.unreachable';
export const unreadable = 'client.unreadable';

/** Every failed request, whatever the reason, reaches the screens as one of these. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** In words, in the reader's language; empty when the server could not be asked. */
  readonly detail: string;
  readonly requestId: string;
  readonly faults: Fault[];
  /** Of a contact that was merged: the one it is part of now. */
  readonly contactId: string;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.code, options);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.requestId = problem.request_id ?? '';
    this.faults = problem.errors ?? [];
    this.contactId = problem.contact_id ?? '';
  }

  /** The words for a place of the input, as `email` for `body.email`. */
  faultAt(field: string): string | undefined {
    return this.faults.find((f) => f.location === `body.${field}` || f.location.startsWith(`body.${field}[`))?.message;
  }

  /** Whether trying the same again may help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}

/** Reads a refused answer. One that is no problem document (a proxy's page) becomes one. */
export async function errorOf(answer: Response): Promise<ApiError> {
  const requestId = answer.headers.get('X-Request-Id') ?? '';
  try {
    const body: unknown = await answer.json();
    if (isProblem(body)) {
      return new ApiError({ ...body, detail: body.detail ?? '', status: answer.status, request_id: body.request_id ?? requestId });
    }
  } catch {
    // no JSON: said below
  }
  return new ApiError({ status: answer.status, code: unreadable, detail: '', request_id: requestId });
}

/** Makes an ApiError of whatever was thrown. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError({ status: 0, code: unreachable, detail: '' }, { cause: thrown });
}
