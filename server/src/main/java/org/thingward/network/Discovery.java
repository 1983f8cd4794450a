package org.thingward.network;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Database;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.OneAtATime;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Time;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
import org.thingward.trust.Subject;

/** The room: which devices are behind which gateways, and when those saw them. */
public final class Discovery implements PostureListener {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  private final Attachments attachments;
  private final Sightings sightings;
  private final List<DeviceRoute> deviceRoutes;
  private final List<OperatorRoute> operatorRoutes;

  /**
   * Opens the room; brings its schema up to date.
   *
   * @param sink where it states evidence, as the source {@code network}
   * @param postures how gateways stand
   * @param registered whether a device is in the inventory, and not retired
   */
  public Discovery(
      Database database,
      EvidenceSink sink,
      Function<Subject, Optional<Posture>> postures,
      Predicate<Subject> registered,
      Time time) {
    Statements statements = new Statements(sink, time);
    OneAtATime<Subject> reporting = new OneAtATime<>();
    this.attachments =
        new Attachments(new AttachmentStore(database), statements, registered, reporting, time);
    this.sightings = new Sightings(attachments, statements, postures, reporting, time);
    this.deviceRoutes = new NeighbourRoutes(sightings).routes();
    this.operatorRoutes = new AttachmentRoutes(attachments, statements).routes();
  }

  /** What devices reach. */
  public List<DeviceRoute> deviceRoutes() {
    return deviceRoutes;
  }

  /** What operators reach. */
  public List<OperatorRoute> operatorRoutes() {
    return operatorRoutes;
  }

  /** Takes back what gateways vouched for that fell since, while this did not run. */
  public void catchUp() {
    attachments.gateways().forEach(this::fell);
  }

  @Override
  public void posturesChanged(Collection<PostureChange> changes) {
    List<Subject> fell =
        changes.stream()
            .filter(change -> change.before().filter(Sightings::isAttested).isPresent())
            .filter(change -> !Sightings.isAttested(change.after()))
            .map(PostureChange::subject)
            .filter(attachments::isGateway)
            .toList();
    if (!fell.isEmpty()) {
      var unused = Thread.ofVirtual().name("gateways-fell").start(() -> fell.forEach(this::fell));
    }
  }

  private void fell(Subject gateway) {
    try {
      sightings.fell(gateway);
    } catch (RuntimeException e) {
      LOG.warn("what {} vouched for counts until it ends by itself: {}", gateway, e.toString());
    }
  }
}
