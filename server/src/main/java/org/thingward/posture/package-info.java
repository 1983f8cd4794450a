/**
 * Evidence intake, appraisal, and decisions: the policy decision point.
 *
 * <p>Way in: {@link org.thingward.posture.Postures}. Sources state evidence through {@link
 * org.thingward.posture.Postures#sinkFor}; enforcement points ask {@link
 * org.thingward.posture.Postures#decide} and listen by {@link
 * org.thingward.posture.Postures#subscribe}. Postures of all subjects are held in memory, so that
 * deciding needs no database.
 *
 * <p>Never: check raw material (sources do), enforce (listeners do), or let a dead database stop a
 * fall.
 */
package org.thingward.posture;
