/** Everything that can fail: fanfold's own activities, and what activities of one's own are written with. */
export * from './activities/index.ts';
export { createActivities, supportPart, type ActivitiesOptions, type SupportOptions } from './agents/activities.ts';
export type {
  LookUpContext,
  RefundRequest,
  Shop,
  ShopOrder,
  ShopParcel,
  ShopPayment,
  ShopRefund,
} from './agents/activities.ts';
