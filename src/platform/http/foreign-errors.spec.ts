import { DatabaseError, Client } from 'pg';
import { asAppError } from './foreign-errors.js';

describe('an error of the database', () => {
  it('is "unavailable" when there is no server, whatever the system calls that', async () => {
    const noSocket = await new Client({ host: '/nowhere' }).connect().catch((error: unknown) => error);
    expect(noSocket).toMatchObject({ code: 'ENOENT' });
    expect(asAppError(noSocket).code).toBe('http.unavailable');
    const noRoute = Object.assign(new Error('connect'), { code: 'EHOSTUNREACH', syscall: 'connect' });
    expect(asAppError(noRoute).code).toBe('http.unavailable');
  });

  it.each([
    ['disk full', '53100'],
    ['too many connections', '53300'],
    ['lock timeout', '55P03'],
    ['shutting down', '57P01'],
  ])('is "unavailable" when the server can not: %s', (_, code) => {
    expect(asAppError(pgError(code)).code).toBe('http.unavailable');
  });

  it('is ours when the statement is wrong or breaks a constraint', () => {
    for (const code of ['42P01', '23505']) expect(asAppError(pgError(code)).code).toBe('http.internal');
    const noFile = Object.assign(new Error('open'), { code: 'ENOENT', syscall: 'open' });
    expect(asAppError(noFile).code).toBe('http.internal');
  });
});

function pgError(code: string): DatabaseError {
  return Object.assign(new DatabaseError('refused', 0, 'error'), { code });
}
