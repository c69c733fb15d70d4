const document = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (...actions: readonly string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

/** The policies of AWS's own that an identity of the simulator can have, by name; ReadOnlyAccess is shortened to its pattern. */
export const managedPolicies: Readonly<Record<string, string>> = {
  AdministratorAccess: document(allow('*')),
  PowerUserAccess: document(
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow('account:GetAccountInformation', 'account:ListRegions', 'iam:ListRoles', 'organizations:DescribeOrganization'),
  ),
  ReadOnlyAccess: document(allow('*:Get*', '*:List*', '*:Describe*')),
  IAMFullAccess: document(allow('iam:*')),
  IAMReadOnlyAccess: document(allow('iam:Get*', 'iam:List*', 'iam:GenerateCredentialReport', 'iam:SimulatePrincipalPolicy')),
  AWSDenyAll: document({ Effect: 'Deny', Action: '*', Resource: '*' }),
};
