export { CustomersModule } from './customers.module.js';
export { customersRows } from './persistence/customers.rows.js';
