/**
 * The operator plane: mounts the operator routes that the rooms declare, for operators alone.
 *
 * <p>Way in: {@link org.thingward.console.OperatorApi}. Who an operator is says the room {@code
 * access}: by a session, or while there is no passkey by the {@link
 * org.thingward.console.BootstrapCredential} (rule O1). {@link org.thingward.console.CeremonyApi}
 * and {@link org.thingward.console.ConsoleFiles} alone are open to everyone.
 *
 * <p>Never: trust a device's authority, or act without asking the {@link
 * org.thingward.trust.OperatorGate} and putting the action on record.
 */
package org.thingward.console;
