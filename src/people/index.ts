export { admitDetail } from './activity';
export {
  addInteraction,
  type Interaction,
  interactionsOf,
  ordersOf,
  ordersOfMany,
  type Sale,
  type SaleLine,
} from './activity-store';
export { type Admission, admit, admitField, type DropReason, NO_END } from './admit';
export {
  attributesOf,
  attributesOfMany,
  type PersonLine,
  pageOfPersons,
  type StoredAttribute,
} from './attribute-store';
export { type CarryStoreVaultOps, carryStore, carryStoreSaga } from './carry';
export { type Claimed, type ClaimPorts, claimPerson, type PeopleVaultOps, readIdents } from './claim';
export { type CostEntry, costsBetween } from './cost-store';
export { forgetSale, needActive, noteFacts, noteSale } from './facts';
export { peopleHolder } from './holder';
export { peopleOps } from './operations';
export { fieldUses, noteReads, quarantineValue } from './quality-store';
export {
  type Field,
  type FieldBody,
  type FieldGroup,
  fieldOf,
  fieldRegister,
  GROUPS,
  type Product,
  peopleKinds,
  productRegister,
  type Space,
  spaceRegister,
} from './register';
export { peopleRegistryOps } from './registry-operations';
export { type LifeStage, type Membership, membershipsOf, membersOf, stagesOf } from './relation-store';
export { peopleListeners, planSweep } from './retention';
export { peopleRoutes } from './routes';
export type { PeoplePorts } from './routes.ports';
export { checkValue, isSealed } from './value';
export { type GivenAttribute, refuseAttributes, type WriteInput, type Written, writePerson, writeScore } from './write';
