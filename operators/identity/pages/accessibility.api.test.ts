import { testAccessibility } from '@hearth/pages/testing/accessibility';
import { guard } from '../web/guard.ts';
import { assets } from './assets.ts';
import { gallery } from './testing/gallery.ts';

testAccessibility({
  gallery,
  assets,
  prepare(server, origin) {
    guard(server, origin);
    const challenge = { challenge: 'AAAA', rpId: 'localhost', userVerification: 'required' };
    server.post('/sign-in/options', (_request, reply) => reply.send(challenge));
  },
});
