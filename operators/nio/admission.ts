import { Machine } from '@hearth/domain';
import { TOKEN_SECONDS } from './enrolment/admit.ts';
import { accountName, machinesNamespace } from './names.ts';

const name = 'hearth-machine-agents';

/** How the API server calls the agent of a machine. */
const PREFIX = `system:serviceaccount:${machinesNamespace}:${accountName('')}`;

const isMachine = `request.resource.group == '${Machine.group}'`;
/** A request for an object itself has no such field, not even an empty one. */
const isPart = (part: string) => `has(request.subResource) && request.subResource == '${part}'`;
const isToken = `request.resource.resource == 'serviceaccounts' && ${isPart('token')}`;

const isLease = `request.resource.group == 'coordination.k8s.io'`;
/** Of the metadata of an object, what outlives a heartbeat: what holds an object, whose it is, and who finds it. */
const lasting = (object: string) =>
  Object.entries({ labels: '{}', annotations: '{}', finalizers: '[]', ownerReferences: '[]' })
    .map(
      ([field, none]) => `has(${object}.metadata.${field}) ? dyn(${object}.metadata.${field}) : dyn(${none})`,
    )
    .join(', ');

/** Each thing that must hold of what an agent asks for, and what it is told if it doesn't. */
const validations = [
  {
    expression: `!(${isMachine}) || (request.resource.resource == '${Machine.plural}' && ${isPart('status')} && request.operation == 'UPDATE' && request.name == variables.machine)`,
    message: 'the agent of a machine writes the status of its own Machine, and nothing else',
  },
  {
    expression: `!(${isMachine}) || (variables.after.all(k, k == 'agent' || (k in variables.before && variables.before[k] == variables.after[k])) && variables.before.all(k, k == 'agent' || k in variables.after))`,
    message: 'the agent of a machine writes status.agent, and nothing else of the status',
  },
  {
    expression: `!(${isToken}) || request.name == '${accountName('')}' + variables.machine`,
    message: 'the agent of a machine asks for tokens of its own account alone',
  },
  {
    expression: `!(${isToken}) || !has(object.spec.boundObjectRef) || object.spec.boundObjectRef == null`,
    message: 'the token of a machine is bound to its account, and to no other object',
  },
  {
    expression: `!(${isToken}) || object.spec.expirationSeconds <= ${TOKEN_SECONDS}`,
    message: `the token of a machine lasts for ${TOKEN_SECONDS / 3600} hours at most`,
  },
  {
    expression: `!(${isLease}) || (request.operation == 'UPDATE' && request.name == '${accountName('')}' + variables.machine && [${lasting('object')}] == [${lasting('oldObject')}])`,
    message: 'the agent of a machine writes the spec of its own Lease, and nothing else',
  },
];

const match = (apiGroups: string[], resources: string[]) => ({
  apiGroups,
  apiVersions: ['*'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources,
});

/**
 * Keeps the agent of a machine to `status.agent` of its own Machine, to the spec of its own Lease, and to tokens for
 * itself. Its Role lets it write no more than these; what of them, no Role can say. For whom a token is (its audience) is
 * not looked at: the API server has filled in its own before it asks, which no policy knows, and who takes another has
 * to be asked for rights. A cluster without this lets no agent do more than lie about its own machine.
 */
export const policies: readonly object[] = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          match([Machine.group], ['*/*']),
          match([''], ['serviceaccounts/token']),
          match(['coordination.k8s.io'], ['leases']),
        ],
      },
      matchConditions: [
        { name: 'agent-of-a-machine', expression: `request.userInfo.username.startsWith('${PREFIX}')` },
      ],
      variables: [
        { name: 'machine', expression: `request.userInfo.username.substring(${PREFIX.length})` },
        // Any field at all: a schema would name those that there are now.
        { name: 'before', expression: statusOf('oldObject') },
        { name: 'after', expression: statusOf('object') },
      ],
      validations: validations.map((each) => ({ ...each, reason: 'Forbidden' })),
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  },
];

function statusOf(object: string): string {
  return `${object} != null && has(${object}.status) ? dyn(${object}.status) : dyn({})`;
}
