export { CustomersFacade } from './customers.facade.js';
export { CustomersModule } from './customers.module.js';
export { customersRows } from './contacts/persistence/customers.rows.js';
