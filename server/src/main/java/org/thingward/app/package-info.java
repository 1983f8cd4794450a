/**
 * The process: its command line, and how the rooms are put together, readable from top to bottom.
 *
 * <p>Way in: {@link org.thingward.app.ThingwardServer}; the wiring is {@link
 * org.thingward.app.Server}.
 *
 * <p>Never: logic of its own. It alone knows all rooms.
 */
package org.thingward.app;
