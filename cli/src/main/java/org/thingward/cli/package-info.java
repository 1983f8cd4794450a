/**
 * The command line. Speaks the operator API as any tool could, verifies offline with {@code
 * verify}, and starts the other processes for {@code demo}.
 *
 * <p>Way in: {@link org.thingward.cli.Thingward}; a command is a class, its verbs are methods.
 *
 * <p>Never: reach into the server. What it shows, it was told over the network or has verified
 * itself.
 */
package org.thingward.cli;
