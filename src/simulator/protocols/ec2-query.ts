import { XMLBuilder } from 'fast-xml-parser';
import type { Output, OutputRecord, Protocol, ServiceError } from '../wire.ts';
import { fromForm } from './query.ts';

const xml = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

/**
 * EC2's own form of the query protocol: lists without `member` in the form and with `item` in the XML, members by their names in the XML
 * (https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html).
 */
export function ec2Query(version: string, namespace: string): Protocol {
  return {
    ...fromForm(version),
    answer: (operation, output = {}, requestId) => ({
      status: 200,
      contentType: 'text/xml;charset=UTF-8',
      body: xml.build({ [`${operation}Response`]: { '@xmlns': namespace, requestId, ...(shape(output) as object) } }),
    }),
    fail(error, requestId) {
      const { code: Code, status } = inEc2Words(error);
      const body = { Response: { Errors: { Error: { Code, Message: error.message } }, RequestID: requestId } };
      return { status, contentType: 'text/xml;charset=UTF-8', body: xml.build(body) };
    },
  };
}

// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-errors.html
const words: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  AccessDenied: { code: 'UnauthorizedOperation', status: 403 },
  ExpiredToken: { code: 'RequestExpired', status: 400 },
  InvalidClientTokenId: { code: 'AuthFailure', status: 401 },
  SignatureDoesNotMatch: { code: 'AuthFailure', status: 401 },
  Throttling: { code: 'RequestLimitExceeded', status: 503 },
  ValidationError: { code: 'InvalidParameterValue', status: 400 },
};

const inEc2Words = ({ code, status }: ServiceError) => words[code] ?? { code, status };

function shape(output: Output): unknown {
  if (output instanceof Date) return output.toISOString();
  if (Array.isArray(output)) return output.length > 0 ? { item: output.map(shape) } : '';
  if (typeof output !== 'object') return output;
  const members = Object.entries(output as OutputRecord).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, shape(value)]));
}
