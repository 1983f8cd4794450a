package org.thingward.console;

import java.util.Map;

/** An answer that is held in memory: of a change, which is short. */
record Answer(int status, Map<String, String> headers, byte[] body) {}
