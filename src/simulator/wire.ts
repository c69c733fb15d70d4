/** A request as it came over the wire; the path is still percent-encoded, the names of headers are in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A refusal or failure in AWS's words. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, text: string) {
    super(text);
    this.code = code;
    this.status = status;
  }
}

/** What an operation answers, before a protocol writes it; undefined members are left out. */
export type Output = string | number | boolean | Date | undefined | readonly Output[] | ReadonlyMap<string, Output> | OutputRecord;
export interface OutputRecord {
  readonly [member: string]: Output;
}

/** How a service and its clients write to each other; a service may speak several. */
export interface Protocol {
  /** The operation that a request asks for, known to the service or not; undefined if it is not in this protocol or for another service. */
  operationOf(request: WireRequest): string | undefined;
  /** What the request gives the operation, not yet checked; where the wire has no types, all leaves are texts. */
  inputOf(request: WireRequest): unknown;
  answer(operation: string, output: OutputRecord | undefined, requestId: string): WireAnswer;
  fail(error: ServiceError, requestId: string): WireAnswer;
}
