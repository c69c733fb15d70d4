/** Where a call to AWS goes: a region, and an endpoint that is not AWS's own. */
export interface CallPlace {
  readonly region: string;
  readonly endpoint?: string;
}

/** Where the calls of a profile go, or of what keeps a profile's region and endpoint. */
export function placeOf({ region, endpoint }: { region?: string | undefined; endpoint?: string | undefined }): CallPlace {
  return { region: region ?? 'us-east-1', ...(endpoint === undefined ? {} : { endpoint }) };
}
