/**
 * The red team: attacks on a running server, over the wire, as somebody from outside would do them.
 *
 * <p>Way in: {@link org.thingward.drill.Drills#ALL} lists the attacks, {@link
 * org.thingward.drill.DrillRun} runs them against a {@link org.thingward.drill.Target}, {@link
 * org.thingward.drill.Sarif} and {@link org.thingward.drill.JUnitXml} write down what happened.
 *
 * <p>Never: know the server's code, or harm a device that it did not make for the purpose.
 */
package org.thingward.drill;
