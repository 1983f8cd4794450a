/**
 * The operator plane: mounts the operator routes that the rooms declare, for operators alone.
 *
 * <p>Way in: {@link org.thingward.console.OperatorApi}, and {@link
 * org.thingward.console.BootstrapCredential}, which is the only way to be an operator until
 * passkeys come (rule O1).
 *
 * <p>Never: trust a device's authority, or act without asking the {@link
 * org.thingward.trust.OperatorGate} and putting the action on record.
 */
package org.thingward.console;
