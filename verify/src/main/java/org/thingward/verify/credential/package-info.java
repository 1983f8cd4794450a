/**
 * Credentials that anybody can guess. Way in: {@link
 * org.thingward.verify.credential.CredentialStrength#of}, which tells a credential that ships as a
 * default or that a worm tries, one that is too short or too plain to withstand guessing, and one
 * that is neither.
 *
 * <p>Never: keep a credential, or put one into a message.
 */
package org.thingward.verify.credential;
