import type { components } from './schema';

type Schemas = components['schemas'];

/** The generated types do not say of ids and objects that they may be null: here it is said. */
type Nullable<T, K extends keyof T> = Omit<T, K> & { [P in K]: T[P] | null };

export type Party = Schemas['Party'];
export type Task = Nullable<Schemas['Task'], 'contact_id' | 'channel_id' | 'conversation_id' | 'merged_into' | 'window'>;
export type HistoryEntry = Schemas['HistoryEntry'];
export type Reminder = Schemas['Reminder'];
export type Label = Schemas['TaskLabel'];
export type TaskView = Schemas['TaskView'];
export type BulkTask = Schemas['BulkTask'];
export type BulkOutcome = Schemas['BulkOutcome'];
export type SavedReply = Nullable<Schemas['SavedReply'], 'category_id'>;
export type Notification = Schemas['Notification'];
export type TaskChange = Schemas['ChangeTaskInputBody'];
export type ReplyWindow = Schemas['ReplyWindow'];
export type Attachment = Schemas['File'];
export type Contact = Nullable<Schemas['Contact'], 'company_id'>;
export type Staff = Schemas['Staff'];
export type Team = Schemas['StaffTeam'];
export type WhyStep = Schemas['WhyStep'];
export type DeliveryError = Schemas['DeliveryError'];
export type Delivery = Nullable<Schemas['CommentMessage'], 'attachment_id' | 'decision' | 'error'>;
export type DeliveryState = Delivery['state'];
export type Place = Nullable<Schemas['Place'], 'private_reply' | 'standing'>;
export type CommentWindow = Nullable<Schemas['CommentWindow'], 'private_reply' | 'standing'>;
export type Comment = Omit<Schemas['Comment'], 'deliveries' | 'delivery_state' | 'place'> & {
  place: Place | null;
  deliveries: Delivery[];
  delivery_state: DeliveryState | null;
};

/** A list as the API gives it. */
export interface Page<T> {
  items: T[];
  next_cursor: string;
}
