/**
 * What a device wrote down of its boot, made to agree with what its TPM quotes: the firmware's
 * event log ({@link org.thingward.verify.boot.BootLog}, TCG PC Client Platform Firmware Profile)
 * and Linux's list of files it measured ({@link org.thingward.verify.boot.ImaList}). A log is a
 * device's own word; extended once more into PCRs it gives the quoted values, or it is refused.
 *
 * <p>Never: believe a text of a log whose digest is another's; judge which measurements are good.
 */
package org.thingward.verify.boot;
