export { type CouponOffer, WelcomeCoupons } from './domain/welcome-coupons.js';
export { WelcomeModule } from './welcome.module.js';
