/**
 * How a person's tools speak to the server: the operator API over HTTPS with the operator's own
 * certificate. The command line and the red team use it.
 *
 * <p>Way in: {@link org.thingward.operator.ServerFolder} finds a running server by its data
 * directory, {@link org.thingward.operator.OperatorConnection} speaks to it, {@link
 * org.thingward.operator.Operator} names what is said.
 *
 * <p>Never: decide anything, or read the server's database.
 */
package org.thingward.operator;
