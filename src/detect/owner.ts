/** Whose a known secret is. */
export interface Owner {
  /** `profile`: the secret access key of this profile. `access key`: that of this access key id, which no profile uses. `reference`: what it stands for. */
  readonly kind: 'profile' | 'access key' | 'reference';
  readonly name: string;
}
