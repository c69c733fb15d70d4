import type { Service } from '../service.ts';
import { account } from './account.ts';
import { cloudwatch } from './cloudwatch.ts';
import { costExplorer } from './cost-explorer.ts';
import { ec2 } from './ec2.ts';
import { iam } from './iam.ts';
import { lambda } from './lambda.ts';
import { ssoOidc } from './sso-oidc.ts';
import { ssoPortal } from './sso-portal.ts';
import { sts } from './sts.ts';

/** Every service that the simulator has. */
export const services: readonly Service[] = [sts, iam, ssoOidc, ssoPortal, account, cloudwatch, costExplorer, ec2, lambda];
