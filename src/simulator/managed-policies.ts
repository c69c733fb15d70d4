const document = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (...actions: readonly string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

/** The policies of AWS's own that an identity of the simulator can have, by name; ReadOnlyAccess and the quarantine are shortened. */
export const managedPolicies: Readonly<Record<string, string>> = {
  AdministratorAccess: document(allow('*')),
  PowerUserAccess: document(
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow('account:GetAccountInformation', 'account:ListRegions', 'iam:ListRoles', 'organizations:DescribeOrganization'),
  ),
  ReadOnlyAccess: document(allow('*:Get*', '*:List*', '*:Describe*')),
  IAMFullAccess: document(allow('iam:*')),
  IAMReadOnlyAccess: document(allow('iam:Get*', 'iam:List*', 'iam:GenerateCredentialReport', 'iam:SimulatePrincipalPolicy')),
  AWSCompromisedKeyQuarantineV3: document({
    Effect: 'Deny',
    Action: [
      ...['ec2:RunInstances', 'ec2:StartInstances', 'lambda:CreateFunction', 'iam:PassRole', 'bedrock:InvokeModel*', 'sts:GetSessionToken'],
      ...['cloudtrail:LookupEvents', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:CreateAccessKey', 'iam:DetachUserPolicy'],
    ],
    Resource: '*',
  }),
  AWSDenyAll: document({ Effect: 'Deny', Action: '*', Resource: '*' }),
};
