/** Owns the business tables and migrates them. */
export const OWNER_ROLE = 'wecom_scrm_owner';

/** Serves: no superuser, no BYPASSRLS, owns no business table. */
export const APP_ROLE = 'wecom_scrm_app';
