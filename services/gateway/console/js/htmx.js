// htmx and its SSE extension in one script: as two deferred files the extension sometimes came too late.
import htmx from "htmx.org";

window.htmx = htmx;
export default htmx;
