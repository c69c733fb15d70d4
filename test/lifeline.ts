import { Socket } from 'node:net';

/** Calls back once the process that started this one (test/inside.mjs) is told to end, or has ended in whatever way; never where there is none such. */
export function whenAbandoned(callback: () => void): void {
  const { LIFELINE } = process.env;
  if (LIFELINE === undefined) return;
  new Socket({ fd: Number(LIFELINE), readable: true, writable: false }).once('close', callback).resume().unref();
}
