/** Messages as clients send them, byte for byte. The header is all zero where nothing is written. */
const message = (
  xid: string,
  mac: string,
  options: string,
  { ciaddr = '00000000', giaddr = '00000000', flags = '0000' } = {},
) =>
  Buffer.from(
    [
      `01010600${xid}0004${flags}${ciaddr}0000000000000000${giaddr}${mac}${'00'.repeat(10)}`,
      '00'.repeat(192),
      '63825363',
      options,
    ]
      .join('')
      .replaceAll(/\s/g, ''),
    'hex',
  );

const UUID = '611100 00112233445566778899aabbccddeeff';
const vendorClass = (text: string) =>
  `3c${text.length.toString(16).padStart(2, '0')}${Buffer.from(text).toString('hex')}`;
/** Option 43 among others: what PXE firmware asks for. */
const ASKED = '370d 01020305060c0d0f11122b3c43';

const bios = vendorClass('PXEClient:Arch:00000:UNDI:002001');

/** A BIOS of 2012, looking around: it wants the answer broadcast. */
export const biosDiscover = message(
  '1a2b3c4d',
  '525400123456',
  `350101 3902 05c0 ${ASKED} ${UUID} 5d020000 5e03010201 ${bios} ff`,
  { flags: '8000' },
);

/** EDK II with its boot server’s question at port 4011: it has its address by then. */
export const uefiRequest = message(
  '0badcafe',
  '525400abcdef',
  `350103 3902 05c0 ${ASKED} ${UUID} 5d020007 5e03010310 ${vendorClass('PXEClient:Arch:00007:UNDI:003016')} ff`,
  { ciaddr: 'c0a84d64' },
);

/** The same machine before that. */
export const uefiDiscover = message(
  '0badcafd',
  '525400abcdef',
  `350101 3902 05c0 ${ASKED} ${UUID} 5d020007 5e03010310 ${vendorClass('PXEClient:Arch:00007:UNDI:003016')} ff`,
);

/** A server with an ARM processor. */
export const armDiscover = message(
  '000000a1',
  '0200000000a1',
  `350101 5d02000b 5e03010310 ${vendorClass('PXEClient:Arch:00011:UNDI:003016')} ff`,
);

/** iPXE: user class iPXE, its features in option 175, and padding in between. */
export const ipxeDiscover = message(
  '63b37e12',
  '525400123456',
  `350101 3902 05c0 5d020000 5e03010201 ${bios} 4d0469505845 0000
   af27 b105010af41000 eb03000100 170101 220101 130101 110101 270101 150101 180101 1b0101 120101 ff`,
);

/** A Raspberry Pi 5: it says that it was a BIOS, and RPi5 in its UUID. */
export const pi5Discover = message(
  '0a485863',
  '2ccf6712ab34',
  `350101 370e 01032b3c42438081828384858687 5d020000 5e03010201
   6111 00 52506935 14c04170 12ab34cd 9f8e7d6c ${bios} ff`,
);

/** A Raspberry Pi 3: only its address tells what it is. */
export const pi3Discover = message(
  '26f30339',
  'b827eb123456',
  `350101 ${UUID} 5d020000 5e03010201 ${bios} ff`,
);

/** A telephone that wants an address. */
export const phoneDiscover = message(
  '7f000001',
  'a4c3f0112233',
  `350101 3d0701a4c3f0112233 ${vendorClass('android-dhcp-14')} 370a 0103060f1a1c333a3b2b ff`,
  { flags: '8000' },
);

/** A BIOS behind a relay, of another network. */
export const relayedDiscover = message('00000005', '525400123456', `350101 5d020000 ${bios} ff`, {
  giaddr: '0a000001',
});

/** 32-bit UEFI, for which nothing is made any more. */
export const uefi32Discover = message(
  '00000006',
  '525400123456',
  `350101 5d020006 ${vendorClass('PXEClient:Arch:00006:UNDI:003016')} ff`,
);
