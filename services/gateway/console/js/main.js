// Everything the browser runs, in one file. Each module wires itself when its part of the page is there.
import "./htmx.js";
import "htmx.org/dist/ext/hx-sse.js";
import { startClocks } from "./clocks.js";
import { startCommands } from "./commands.js";
import { startFeed } from "./feed.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startPages } from "./pages.js";
import { startReview } from "./review.js";
import { startSound } from "./sound.js";
import { startSources } from "./sources.js";
import { startStream } from "./stream.js";

startClocks();
startCommands();
startForms();
startSources();
startFeed();
startPages();
// Before the other keys: on its page a letter is the card's.
startReview();
startKeys();
startSound();
// Last: the listeners above must be there before the first message.
startStream();
