export { deliveryHolder } from './holder';
export { smtpTransport } from './mail';
export { deliveryOps } from './operations';
export { addToFeed, type Mail, queueMail } from './outbox';
export { type MailTransport, type Post, type PumpPorts, pumpMails, pumpWebhook } from './pump';
export { type DeliveryPorts, deliveryRoutes } from './routes';
export { eventsOf, type Webhook, webhookSchema } from './webhook';
