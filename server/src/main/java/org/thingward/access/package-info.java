/**
 * Who may do what, proved by a passkey. An operator registers one by a one-time link, logs in with
 * it, and has a session; the first registration ends what the bootstrap certificate may do (rule
 * O1).
 *
 * <p>Way in: {@link org.thingward.access.Access}. The words: a {@link
 * org.thingward.access.Passkey}, a {@link org.thingward.access.Challenge} for one {@link
 * org.thingward.access.Purpose}, a {@link org.thingward.access.Session}, the {@link
 * org.thingward.access.FirstLink}. {@link org.thingward.access.RelyingParty} checks what
 * authenticators say (WebAuthn level 2, §7); {@link org.thingward.access.Ceremonies} and {@link
 * org.thingward.access.FurtherPasskeys} have the steps that a page goes through; {@link
 * org.thingward.access.Vouching} how each passkey leads back to the bootstrap certificate.
 *
 * <p>Programs act by an {@link org.thingward.access.ApiToken}, which its creator's passkey signed
 * for ({@link org.thingward.access.ApiTokenMaking}); a command line gets one by a {@link
 * org.thingward.access.Pairing}: decision 0020.
 *
 * <p>Nothing of it is in the database. Passkeys and their counters are read from the log at start
 * (rule O2), sessions, challenges and the link live in memory and end with the process: decision
 * 0018.
 *
 * <p>Never: accept a ceremony without user verification, or keep a secret where it can be read.
 */
package org.thingward.access;
