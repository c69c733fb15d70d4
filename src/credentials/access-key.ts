/** A pair that AWS signs requests with; long-term where nothing else is said. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A pair that AWS takes only together with its token, and only until it expires. */
export interface SessionCredentials extends AccessKey {
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Who a key acts as: the answer of GetCallerIdentity (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html). */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}
