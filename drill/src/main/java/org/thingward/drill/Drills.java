package org.thingward.drill;

import java.util.List;

/** All attacks there are. A new one is a class of its own and a line here. */
public final class Drills {
  /** In the order in which they run: from the outermost layer inwards. */
  public static final List<Drill> ALL =
      List.of(
          new NoCertificate(),
          new ForeignAuthority(),
          new MalformedInput(),
          new SlowInput(),
          new StolenToken(),
          new AroundTheGateway(),
          new AnotherClientId(),
          new KeyUsedTwice(),
          new ConcurrentSessions(),
          new KeyUnderTwoNames(),
          new TpmClock(),
          new RenewalFork(),
          new NetworkDrift(),
          new TopicOutsideRights(),
          new ForeignSubscription(),
          new TopicAlias(),
          new ResponseTopic(),
          new KeptSession(),
          new WillAfterRevocation(),
          new DelayedWill(),
          new RetainedAfterRevocation(),
          new RevokedDeviceReturns(),
          new EvidenceAboutAnother(),
          new TrustByWaiting(),
          new FalseEvidenceWave(),
          new TamperedLedger(),
          new ShortenedLedger(),
          new ForkedLedger(),
          new RowRaisedByHand(),
          new OldBackup());

  /** Those that take a second or so and show one layer each: for a first look. */
  public static final List<Drill> BRIEF =
      List.of(
          new NoCertificate(),
          new ForeignAuthority(),
          new AnotherClientId(),
          new KeyUsedTwice(),
          new WillAfterRevocation(),
          new TamperedLedger());

  /** The service by which drills listen in; the default policy lets it receive telemetry. */
  static final String LISTENER = "drill-listener";

  private Drills() {}
}
