import type { Avow, ConsentChange } from './types';

type Waiting = ((avow: Avow) => void)[];

/**
 * For pages that call `avow` before the widget has loaded: put this small script first, not async. It answers "no" and
 * passes every other call on, in order. A page that only needs a callback can do without: `(avow ||= []).push(fn)`.
 */
function stubOf(): Waiting {
  const waiting: Waiting = [];
  let resolve: (avow: Avow) => void = () => {};
  const ready = new Promise<Avow>((settle) => {
    resolve = settle;
  });
  waiting.push((avow) => resolve(avow));
  return Object.assign(waiting, {
    ready,
    allows: () => false,
    open: () => void waiting.push((avow) => avow.open()),
    withdraw: (...purposes: string[]) => void waiting.push((avow) => avow.withdraw(...purposes)),
    onChange: (listener: (change: ConsentChange) => void) => {
      let end = (): void => {};
      let ended = false;
      waiting.push((avow) => {
        if (!ended) end = avow.onChange(listener);
      });
      return () => {
        ended = true;
        end();
      };
    },
  });
}

window.avow ??= stubOf();
