import { type Output, type OutputRecord, type Protocol, ServiceError } from '../wire.ts';

/**
 * The JSON protocols: the header X-Amz-Target names the operation, JSON in and out, moments in seconds since 1970
 * (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
 */
export function json(version: '1.0' | '1.1', target: string): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  return {
    operationOf({ method, headers }) {
      const [name, operation] = headers['x-amz-target']?.split('.') ?? [];
      return method === 'POST' && name === target ? operation : undefined;
    },
    inputOf({ body }) {
      try {
        return JSON.parse(body.toString() || '{}');
      } catch {
        throw new ServiceError('SerializationException', 400, 'The body of the request is not JSON.');
      }
    },
    answer: (_, output = {}) => ({ status: 200, contentType, body: JSON.stringify(inJson(output)) }),
    fail(error) {
      const { code, status, message } = inJsonWords(error);
      return { status, contentType, body: JSON.stringify({ __type: code, message }) };
    },
  };
}

const words: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidAction: 'UnknownOperationException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  Throttling: 'ThrottlingException',
  ValidationError: 'ValidationException',
};

/** The error by the name that services give it which speak JSON. */
export function inJsonWords({ code, status, message }: ServiceError): ServiceError {
  return new ServiceError(words[code] ?? code, status === 403 ? 400 : status, message);
}

/** An output as JSON has it: moments in seconds since 1970. */
export function inJson(output: Output): unknown {
  if (output instanceof Date) return output.getTime() / 1000;
  if (output instanceof Map) return Object.fromEntries([...output].map(([key, value]) => [key, inJson(value)]));
  if (Array.isArray(output)) return output.map(inJson);
  if (typeof output !== 'object') return output;
  const members = Object.entries(output as OutputRecord).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, inJson(value)]));
}
