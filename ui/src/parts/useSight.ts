// What of a long list is in sight: measured once, and again when the list is scrolled or given another size.

import { type RefObject, type UIEvent, useLayoutEffect, useState } from "react";

export interface Sight {
  top: number;
  height: number;
  width: number;
}

export function useSight(scroller: RefObject<HTMLElement | null>) {
  const [box, setBox] = useState<Sight>({ top: 0, height: 800, width: 1200 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () =>
      setBox((before) =>
        before.height === element.clientHeight && before.width === element.clientWidth
          ? before
          : { top: element.scrollTop, height: element.clientHeight, width: element.clientWidth },
      );
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [scroller]);
  const onScroll = (event: UIEvent<HTMLElement>) => {
    const top = event.currentTarget.scrollTop;
    setBox((before) => ({ ...before, top }));
  };
  return { box, onScroll };
}
