package org.thingward.app;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.access.Access;
import org.thingward.access.ApprovalNotices;
import org.thingward.access.ApproverAuthenticators;
import org.thingward.access.InsiderWatch;
import org.thingward.access.Surroundings;
import org.thingward.assurance.Assurance;
import org.thingward.attestation.Attestation;
import org.thingward.attestation.Endorsers;
import org.thingward.console.BootstrapCredential;
import org.thingward.console.CeremonyApi;
import org.thingward.console.Contract;
import org.thingward.console.OperatorApi;
import org.thingward.console.OwnPages;
import org.thingward.drills.Drills;
import org.thingward.gateway.BrokerChild;
import org.thingward.gateway.Gateway;
import org.thingward.gateway.Limits;
import org.thingward.gateway.Upstream;
import org.thingward.identity.AcmeSettings;
import org.thingward.identity.DeviceAuthority;
import org.thingward.identity.Identity;
import org.thingward.identity.IdentityPorts;
import org.thingward.identity.IdentitySettings;
import org.thingward.identity.Stays;
import org.thingward.inventory.Inventory;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.LogRoutes;
import org.thingward.ledger.TiledLedger;
import org.thingward.network.Discovery;
import org.thingward.platform.Children;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Database;
import org.thingward.platform.DeviceListener;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.DeviceTls;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Randomness;
import org.thingward.platform.Settings;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.Time;
import org.thingward.posture.Postures;
import org.thingward.trust.Subject;
import org.thingward.verify.log.WitnessPolicy;

/**
 * A running server: every room, in the order in which each needs the one before. The device plane
 * opens before the operator plane, which takes longer.
 */
final class Server implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Server.class);
  private static final String BROKER_MEMORY = "512m";
  private static final Duration WEBHOOK_PAUSE = Duration.ofSeconds(2);

  private final Settings settings;
  private final Progress progress;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final SteadyTime time;
  private final Randomness randomness;
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<OperatorRoute> operatorRoutes = new ArrayList<>();
  private final Endpoints endpoints;
  private Optional<String> firstLink = Optional.empty();

  /** Starts everything; what had started is ended if a later part does not. */
  static Server start(Settings settings, DataDirectory data, Progress progress) {
    return start(settings, data, progress, Time.ofMachine());
  }

  /** As {@link #start(Settings, DataDirectory, Progress)}, by another clock than the machine's. */
  static Server start(Settings settings, DataDirectory data, Progress progress, Time clock) {
    return new Server(settings, data, progress, clock);
  }

  private Server(Settings settings, DataDirectory data, Progress progress, Time clock) {
    this.settings = settings;
    this.progress = progress;
    this.time = new SteadyTime(clock);
    this.randomness = new Randomness(time);
    try {
      this.endpoints = open(closing(data));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Where it listens. */
  Endpoints endpoints() {
    return endpoints;
  }

  /** The one-time link that registers the first passkey, until there is one. A secret. */
  Optional<String> firstLink() {
    return firstLink;
  }

  /** What operators can reach, of all rooms. */
  List<OperatorRoute> operatorRoutes() {
    return List.copyOf(operatorRoutes);
  }

  private Endpoints open(DataDirectory data) {
    FreePorts.require(settings);
    Children children = closing(new Children(data.folder("log"), time));
    DatabasePlace.letChildrenThrough(data, children);
    Optional<Upstream> given = givenBroker();
    CompletableFuture<LedgerKeys> keys = beside("ledger-keys", () -> ledgerKeys(data));
    CompletableFuture<Boolean> crypto =
        beside("crypto", () -> Identity.loadCrypto() & DeviceTls.load());

    Database database =
        closing(
            progress.part(
                "database", () -> DatabasePlace.open(settings, data, children, randomness, time)));
    TiledLedger ledger =
        closing(progress.part("ledger", () -> ledger(data, result(keys), database)));
    Postures postures =
        closing(
            progress.part(
                "postures", () -> new Postures(database, ledger, data.folder("posture"), time)));
    new FirstPolicy(data.root().resolve("policy-given")).apply(settings.policy(), postures);
    Inventory inventory =
        new Inventory(database, ledger, postures.sinkFor("inventory"), postures.foresight(), time);
    stateOutstanding(inventory);
    postures.afterPolicyChange(() -> stateOutstanding(inventory));
    log.info("native cryptography {}", result(crypto) ? "is loaded" : "is not loaded in full");
    Identity identity =
        progress.part("identity", () -> identity(data, database, ledger, postures, inventory));
    postures.subscribe(identity);
    postures.recall(identity);

    DeviceTls tls =
        new DeviceTls(
            identity, identity::serverCredential, settings.tls12(), settings.cryptoProfile(), time);
    List<DeviceRoute> deviceRoutes = new ArrayList<>(identity.deviceRoutes());
    deviceRoutes.addAll(postures.deviceRoutes());
    Attestation attestation =
        new Attestation(
            Endorsers.read(settings.tpmCa().stream().toList()),
            identity.attestationKeys(),
            identity.hardwareEnrolment(),
            identity.signatures(),
            database,
            postures.sinkFor("attestation"),
            identity::hardwareKeysChanged,
            identity.resultKey(),
            postures::posture,
            postures::policy,
            device -> postures.referenceValues(device, "boot.measurement"),
            ledger,
            time,
            randomness);
    deviceRoutes.addAll(attestation.deviceRoutes());
    Discovery discovery =
        new Discovery(
            database,
            postures.sinkFor("network"),
            postures::posture,
            device -> postures.posture(device).isPresent() && !inventory.isRetired(device),
            time);
    postures.subscribe(discovery);
    deviceRoutes.addAll(discovery.deviceRoutes());
    DeviceListener https =
        closing(
            new DeviceListener(
                address(settings.httpsPort()), deviceRoutes, tls, postures, metrics, time));

    Optional<BrokerChild> broker =
        given.isPresent() ? Optional.empty() : Optional.of(beginBroker(data, children));
    Upstream upstream = given.or(() -> broker.map(BrokerChild::upstream)).orElseThrow();
    Gateway gateway =
        closing(
            new Gateway(
                postures,
                postures.sinkFor("gateway"),
                tls,
                upstream,
                Limits.defaults(),
                time,
                new GatewayFigures(metrics),
                postures::silence,
                data.folder("gateway")));
    https.subscribe(gateway);
    Stays stays = closing(new Stays(database, postures.sinkFor("presence"), time));
    https.subscribe(stays);
    gateway.subscribe(stays);
    inventory.afterOwnerChange(id -> gateway.ownerChanged(Subject.device(id)));
    postures.subscribe(gateway);
    postures.afterPolicyChange(gateway::policyChanged);
    postures.recall(gateway);
    postures.subscribe(inventory);
    inventory.stood(postures.all());
    inventory.remembers(postures::pastTiers);
    InetSocketAddress mqtt =
        progress.part("gateway", () -> gateway.start(address(settings.mqttPort())));

    StateFigures figures = new StateFigures(metrics);
    figures
        .ofClock(time)
        .ofChildren(children)
        .ofLedger(ledger)
        .ofPostures(postures)
        .ofDatabase(postures.disagreements() + inventory.disagreements() + identity.disagreements())
        .ofGateway(gateway);
    operatorRoutes.add(Contract.route());
    operatorRoutes.addAll(postures.routes());
    operatorRoutes.add(postures.proofs(ledger));
    operatorRoutes.add(postures.export(ledger));
    operatorRoutes.addAll(new LogRoutes(ledger.publicFolder()).routes());
    operatorRoutes.addAll(inventory.routes());
    operatorRoutes.addAll(identity.operatorRoutes());
    operatorRoutes.addAll(attestation.operatorRoutes());
    operatorRoutes.addAll(discovery.operatorRoutes());
    operatorRoutes.addAll(gateway.operatorRoutes());

    BootstrapCredential bootstrap =
        BootstrapCredential.open(data.folder("keys"), settings.consoleName(), time, randomness);
    InsiderWatch watch = closing(new InsiderWatch(ledger, time));
    ApprovalNotices notices = approvalNotices();
    Access access =
        new Access(
            settings.consoleName(),
            bootstrap.operatorKey(),
            ledger,
            surroundings(ledger, postures, inventory, watch, notices),
            time,
            randomness);
    figures.ofAccess(access).ofNotices(notices);
    operatorRoutes.addAll(access.routes());
    operatorRoutes.addAll(watch.routes());
    figures.ofOperators(watch);
    Drills drills = new Drills(ledger, time, randomness);
    operatorRoutes.addAll(drills.routes());
    figures.ofDrills(drills);
    operatorRoutes.addAll(
        new Assurance(time, randomness)
            .of(identity::cryptoAssets)
            .of(access::cryptoAssets)
            .of(CryptoInUse.ofForeignAuthorities(settings))
            .of(CryptoInUse.ofWitnesses(settings))
            .of(() -> CryptoInUse.ofReleases(postures.policy()))
            .of(() -> CryptoInUse.ofLog(ledger.verifiers()))
            .of(() -> CryptoInUse.ofListeners(settings.cryptoProfile()))
            .routes());
    Thread.ofVirtual().name("insider-watch").start(watch::learn);
    Thread.ofVirtual().name("gateways").start(discovery::catchUp);
    OperatorPlane operators =
        closing(
            progress.part(
                "operators",
                () -> operatorPlane(bootstrap, access, watch, inventory, ledger, database)));
    firstLink = access.firstLink(operators.port());
    // Without its broker the server is not said to run: it ends, and says why.
    broker.ifPresent(child -> progress.part("broker", child::awaitReady));
    progress.print();
    Thread.ofVirtual().name("fleet").start(() -> readFleet(inventory));
    AutoCloseable unused = closing(identity.answerAhead());
    return publish(data, new Endpoints(mqtt.getPort(), https.port(), operators.port()));
  }

  /** Where devices are: who has a scope then cuts one without waiting for storage (rule T6). */
  private static void readFleet(Inventory inventory) {
    try {
      inventory.readFleet();
    } catch (RuntimeException e) {
      log.info("the fleet is read when somebody asks for it: {}", e.getMessage());
    }
  }

  private static void stateOutstanding(Inventory inventory) {
    int unstated = inventory.stateOutstanding();
    if (unstated > 0) {
      log.warn("{} devices' records are not stated as evidence; the policy refuses them", unstated);
    }
  }

  private Optional<Upstream> givenBroker() {
    return settings
        .broker()
        .map(Object::toString)
        .map(url -> Upstream.parse(url, settings.brokerPasswordFile(), settings.brokerCa()));
  }

  /**
   * Nothing needs the broker before the first MQTT session, and it takes a processor for seconds:
   * so it starts once devices get answers over HTTPS, beside the operator plane.
   */
  private BrokerChild beginBroker(DataDirectory data, Children children) {
    Path home = Path.of(System.getProperty("thingward.home", "")).resolve("broker/target");
    return closing(
        BrokerChild.begin(children, home, data.folder("broker"), BROKER_MEMORY, randomness, time));
  }

  /** Starts a part on a thread of its own, while others start. */
  private static <T> CompletableFuture<T> beside(String name, Supplier<T> start) {
    return CompletableFuture.supplyAsync(
        start, task -> Thread.ofPlatform().daemon().name(name + "-start").start(task));
  }

  /** What {@link #beside} started, once it has; its failure is told as it was. */
  private static <T> T result(CompletableFuture<T> started) {
    try {
      return started.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private LedgerKeys ledgerKeys(DataDirectory data) {
    try {
      return LedgerKeys.open(data.folder("keys"), randomness);
    } catch (IOException e) {
      throw new UncheckedIOException("the ledger's keys cannot be read: " + e.getMessage(), e);
    }
  }

  private TiledLedger ledger(DataDirectory data, LedgerKeys keys, Database database) {
    Optional<WitnessPolicy> witnesses = settings.witnessPolicy().map(HostCommand::witnessPolicy);
    return TiledLedger.open(data.folder("ledger"), keys, time, randomness, database, witnesses);
  }

  private Identity identity(
      DataDirectory data,
      Database database,
      TiledLedger ledger,
      Postures postures,
      Inventory inventory) {
    IdentitySettings how =
        new IdentitySettings(
            data.folder("keys"),
            KeyPlaces.encrypting(settings),
            KeyPlaces.issuing(settings),
            settings.hosts(),
            settings.publicUrl().map(Object::toString),
            settings.certificateLife(),
            settings.cryptoProfile(),
            settings.deviceCa().stream()
                .map(file -> DeviceAuthority.read(file, settings.deviceCaMapping()))
                .toList(),
            settings.estServerkeygen(),
            settings.estChannelBinding(),
            AcmeSettings.usual(settings.acmeNetworks(), List.of(settings.consoleName().name())));
    return Identity.open(
        how,
        new IdentityPorts(
            database,
            ledger,
            postures.sinkFor("identity"),
            postures,
            postures::evidence,
            postures.foresight(),
            subject -> postures.posture(subject).isPresent(),
            inventory::isRetired,
            Attestation.soleTpm(postures.sinkFor("attestation"), time),
            Attestation.residentKeys(postures.sinkFor("attestation"), time),
            () -> postures.policy().longestToken(),
            Attestation.hardwareKeys(postures.sinkFor("attestation"), time),
            time,
            randomness));
  }

  private Surroundings surroundings(
      TiledLedger ledger,
      Postures postures,
      Inventory inventory,
      InsiderWatch watch,
      ApprovalNotices notices) {
    return new Surroundings(
        inventory,
        ledger::checkpoint,
        () -> postures.policy().digest(),
        postures::areTooManyToFall,
        settings.approvalRaised(),
        settings.approvalQuorums(),
        watch,
        settings
            .approverAuthenticators()
            .map(ApproverAuthenticators::read)
            .orElseGet(ApproverAuthenticators::any),
        notices);
  }

  private ApprovalNotices approvalNotices() {
    if (settings.approvalWebhook().isEmpty()) {
      return ApprovalNotices.NONE;
    }
    Path file = settings.approvalWebhookKey().orElseThrow();
    try {
      return closing(
          ApprovalNotices.to(
              settings.approvalWebhook().get(), Files.readAllBytes(file), WEBHOOK_PAUSE));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsRefused("--approval-webhook-key: " + file + ": " + e.getMessage());
    }
  }

  private OperatorPlane operatorPlane(
      BootstrapCredential bootstrap,
      Access access,
      InsiderWatch watch,
      Inventory inventory,
      TiledLedger ledger,
      Database database) {
    ConsoleName console = settings.consoleName();
    OperatorApi api =
        new OperatorApi(
            operatorRoutes,
            access,
            access.changeControl(),
            inventory,
            watch,
            ledger,
            database,
            time);
    operatorRoutes.add(api.execution());
    return new OperatorPlane(
        settings.operatorListen(),
        settings.operatorPort(),
        new OperatorPlane.Parts(
            api,
            new CeremonyApi(access.ceremonies(), new OwnPages(console), time),
            access,
            console,
            bootstrap,
            database,
            metrics,
            randomness));
  }

  private Endpoints publish(DataDirectory data, Endpoints ready) {
    Path file = data.folder("run").resolve("endpoints.json");
    DataDirectory.writeSecret(file, ready.file());
    closing(() -> Files.deleteIfExists(file));
    return ready;
  }

  private InetSocketAddress address(int port) {
    return new InetSocketAddress(settings.listen(), port);
  }

  private <T extends AutoCloseable> T closing(T part) {
    synchronized (open) {
      open.push(part);
    }
    return part;
  }

  /** Ends everything, last started first. One part that fails does not keep the others. */
  @Override
  public void close() {
    while (true) {
      AutoCloseable part;
      synchronized (open) {
        if (open.isEmpty()) {
          return;
        }
        part = open.pop();
      }
      try {
        part.close();
      } catch (Exception e) {
        log.warn("{} did not end in order", part.getClass().getSimpleName(), e);
      }
    }
  }
}
