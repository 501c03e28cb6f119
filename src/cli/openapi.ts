/** `npm run openapi`: prints the OpenAPI document of this build. */
import { openApiOfThisBuild } from '../openapi.js';

process.stdout.write(`${JSON.stringify(await openApiOfThisBuild(), null, 2)}\n`);
