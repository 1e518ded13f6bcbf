export { checkDefinition } from './check/definition.ts';
export type { Problem } from './check/problem.ts';
export { effectiveSettings, type SettingValue } from './check/settings.ts';
export { type AppDecision, type AppFacts, decideApp, type Resolved } from './decide.ts';
export {
  NIO_SERVICE,
  type NioAddress,
  nioAddress,
  nioFromKernel,
  nioFromTxt,
  nioKernelParameters,
  nioKeyHash,
  nioTxt,
} from './discovery.ts';
export {
  type Admission,
  type AdmissionRequest,
  admission,
  admissionRequest,
  type EnrolmentChallenge,
  type EnrolmentOffer,
  type EnrolmentStanding,
  enrolmentChallenge,
  enrolmentOffer,
  enrolmentPaths,
  enrolmentRefusal,
  enrolmentStanding,
  flakeCredentialKeys,
  joinToken,
  joinTokenText,
  PAIRING_CONTEXT,
  pairingCode,
  parseJoinToken,
  signedText,
} from './enrolment-api.ts';
export {
  type EventPage,
  type EventResource,
  type EventsProblem,
  eventPage,
  eventsProblem,
  kindName,
  type LogHead,
  type LogProof,
  logHead,
  logProof,
  relativeIri,
  type SinkEvent,
  sinkEvent,
} from './events-api.ts';
export {
  type AccountsReport,
  type AccountsRequest,
  type AuditReport,
  accountsReport,
  accountsRequest,
  auditReport,
  type ClientMark,
  type ClientReport,
  type ClientRequest,
  clientMarkHeader,
  clientReport,
  clientRequest,
  type DevicesReport,
  devicesReport,
  type EnrolmentReport,
  type EnrolmentRequest,
  enrolmentReport,
  enrolmentRequest,
  type IdentityRefusal,
  identityPaths,
  identityRefusal,
} from './identity-api.ts';
export { type Archive, archiveHeader, checkArchive } from './proof/archive.ts';
export { type Audit, type Auditor, createAuditor, type Finding, type LogPart } from './proof/audit.ts';
export { fromBase64, sameBytes, toBase64, utf8 } from './proof/bytes.ts';
export { type Extent, emptyExtent, extend, seal } from './proof/chain.ts';
export {
  checkpointText,
  formatProof,
  openCheckpoint,
  type ProofCrypto,
  ProofError,
  signedNote,
  type TreeHead,
  verifierKey,
  verifyProof,
} from './proof/checkpoint.ts';
export {
  emptyFrontier,
  type Frontier,
  grow,
  leafHash,
  type Range,
  rootOf,
  type Sha256,
  siblings,
} from './proof/merkle.ts';
export { formatPart, parsePart } from './proof/part-line.ts';
export { affectedBy, asOthersSeeIt, type Change } from './resolve/affected.ts';
export type { Catalogue } from './resolve/catalogue.ts';
export { formatPlan } from './resolve/format-plan.ts';
export { type AppManifest, installManifest } from './resolve/install-manifest.ts';
export {
  createInventory,
  type Installed,
  type Inventory,
  indexInstalled,
  type Provider,
} from './resolve/installed.ts';
export { createMachines, type Machines, nodeFacts } from './resolve/nodes.ts';
export { parseQuantity } from './resolve/quantity.ts';
export { isRemovable, requiredBy } from './resolve/refcount.ts';
export type {
  Conflict,
  Digest,
  NodeFacts,
  Offer,
  Resolution,
  ResolvedBinding,
  ResolvedInstall,
  ResolveInput,
} from './resolve/resolution.ts';
export { resolve } from './resolve/resolve.ts';
export { mayServe, PROVIDERS_NAMESPACE } from './resolve/serve.ts';
export { nextToMove } from './resolve/turn.ts';
export { App, type AppSpec, type AppStatus, mostRequiredBy } from './schema/app.ts';
export { AppDefinition, type AppDefinitionSpec, type Setting } from './schema/app-definition.ts';
export type { PostStartStep, PreStartStep } from './schema/configure.ts';
export { Connection } from './schema/connection.ts';
export { Database } from './schema/database.ts';
export { APEX, type Condition, type ProviderRef, reservedHosts } from './schema/fields.ts';
export { Group } from './schema/group.ts';
export { Home } from './schema/home.ts';
export { type IntegrationKind, integrationKinds, type Provision, type Slot } from './schema/integration.ts';
export type { Column, HearthResource, KindDefinition, ObjectMeta, ResourceOf } from './schema/kind.ts';
export { kinds, supportedIntegrations } from './schema/kinds.ts';
export {
  type AgentStatus,
  type ClosureDiff,
  type DiskLayout,
  Machine,
  type MachineApply,
  type MachineFacts,
  type MachinePreview,
} from './schema/machine.ts';
export { NixOSConfiguration, refOf } from './schema/nixos-configuration.ts';
export { Plan, type PlanSpec, type PlanStep } from './schema/plan.ts';
export { Route } from './schema/route.ts';
export type { Rule } from './schema/rule.ts';
export { mostLeaving, SSOClient } from './schema/sso-client.ts';
export { User } from './schema/user.ts';
export type { Workload } from './schema/workload.ts';
export {
  type Part,
  parseTemplate,
  renderTemplate,
  TemplateError,
  type TemplateName,
  templateNames,
} from './template.ts';
export { type WhyAnswer, type WhyStep, whyAnswer } from './why-api.ts';
