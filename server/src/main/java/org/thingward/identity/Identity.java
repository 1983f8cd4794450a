package org.thingward.identity;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.thingward.platform.AttestationKeyAuthority;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.HardwareEnrolment;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Peer;
import org.thingward.platform.PeerIdentity;
import org.thingward.platform.Randomness;
import org.thingward.platform.ResultKey;
import org.thingward.platform.ServerCredential;
import org.thingward.platform.Time;
import org.thingward.platform.VerifiedChain;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
import org.thingward.trust.Subject;
import org.thingward.verify.tpm.Signatures;

/**
 * The room's front door: the authority, enrolment, and who a certificate names. Safe for many
 * threads.
 */
public final class Identity implements PeerIdentity, PostureListener {
  private final LiveCertificates live;
  private final ServerCertificates serverCertificates;
  private final CertificateNames names;
  private final Falls falls;
  private final EstRoutes est;
  private final CmpRoutes cmp;
  private final AcmeRoutes acme;
  private final OcspResponder ocsp;
  private final AnsweredAhead ahead;
  private final RevocationLists lists;
  private final TokenRoutes tokenRoutes;
  private final DerivedTokenRoutes derivedTokenRoutes;
  private final CertificateRoutes certificateRoutes;
  private final KeysInUse keysInUse;
  private final Authority authority;
  private final AttestationCertificates attestationCertificates;
  private final Statements statements;
  private final ResultKey resultKey;
  private final Signatures signatures;
  private final HardwareEnrolment hardwareEnrolment;

  private Identity(
      Authorities authorities,
      RevocationStore revocations,
      ResultKey resultKey,
      KeyEncryptionKey kek,
      NativeCrypto crypto,
      IdentitySettings settings,
      IdentityPorts ports) {
    Time time = ports.time();
    Authority authority = authorities.current();
    this.authority = authority;
    AuthorityHistory history = AuthorityHistory.atStart(ports.ledger(), authority, time.now());
    this.resultKey = resultKey;
    this.signatures = crypto.verifiers();
    var store = new IdentityStore(ports.database());
    var tokenStore = new TokenStore(ports.database());
    var live =
        LiveCertificates.reload(
            new LiveStore(ports.database()), ports.ledger(), ports.evidence(), time.now());
    this.live = live;
    var statements =
        new Statements(ports.database(), store, live, ports.evidence(), ports.hardware(), time);
    this.statements = statements;
    var line = new CertificateLine(authority, store, live, ports.ledger(), time, settings.life());
    var open = OpenTokens.reload(tokenStore, ports.ledger(), time.now());
    var tokens =
        new Tokens(
            tokenStore,
            open,
            ports.ledger(),
            kek,
            authority.fingerprint(),
            ports.longestTokenLife(),
            ports.retired(),
            time,
            ports.randomness());
    this.hardwareEnrolment = new TokensByHardware(tokens, live);
    this.lists = new RevocationLists(authorities, revocations, time);
    var answers = new AnsweredLately();
    var revocation = new Revocation(store, ports.ledger(), statements, lists, answers, time);
    var newcomers =
        new Newcomers(
            line,
            store,
            live,
            new ExternalStore(ports.database()),
            statements,
            ports.registered(),
            ports.retired(),
            time);
    var acmeStore = new AcmeStore(ports.database());
    var accounts = AcmeAccounts.reload(acmeStore, ports.ledger(), time);
    this.falls =
        new Falls(
            tokens,
            subject -> {
              revocation.revokeAll(subject);
              accounts.revokeAll(subject);
            },
            ports.statedBefore());
    var enrolment =
        new Enrolment(
            tokenStore,
            open,
            store,
            line,
            new Issuance(
                ports.database(), authority.name(), store, live, ports.ledger(), statements),
            statements,
            ports.decisions(),
            falls,
            ports.retired(),
            time);
    this.attestationCertificates =
        new AttestationCertificates(
            authority,
            new AttestationCertificateStore(ports.database()),
            ports.ledger(),
            crypto,
            time,
            settings.life());
    this.serverCertificates =
        new ServerCertificates(
            authorities, settings.hosts(), ports.ledger(), crypto, time, ports.randomness());
    List<OcspAuthority> answering =
        serverCertificates.responders().entrySet().stream()
            .map(each -> OcspAuthority.of(each.getKey(), each.getValue()))
            .toList();
    this.ocsp = new OcspResponder(answering, serverCertificates::isOwn, revocations, answers, time);
    this.ahead = new AnsweredAhead(answering, revocations, answers, time);
    this.names = new CertificateNames(authorities, settings.deviceAuthorities(), newcomers);
    this.est =
        new EstRoutes(
            authority,
            tokens,
            enrolment,
            newcomers,
            crypto,
            settings.makesKeys()
                ? Optional.of(new DeviceKeyMaker(ports.randomness(), crypto))
                : Optional.empty(),
            new RequestLink(settings.bindsChannels()));
    this.cmp =
        new CmpRoutes(
            new CmpResponder(
                new CmpProtection(tokens, store, names, crypto, time),
                new CmpTransactions(time),
                new CmpAnswers(authority, serverCertificates.cmpSigner(), time, ports.randomness()),
                new CmpPublicMaterial(authority, lists),
                enrolment,
                newcomers,
                revocation,
                store,
                crypto));
    this.tokenRoutes =
        new TokenRoutes(tokens, settings.ownNames(), authority, ports.foresight(), time);
    this.derivedTokenRoutes =
        new DerivedTokenRoutes(
            new DerivedTokens(
                tokens,
                tokenStore,
                open,
                store,
                live,
                ports.ledger(),
                authority.fingerprint(),
                ports.randomness()),
            authority.fingerprint(),
            ports.foresight(),
            time,
            ports.randomness());
    var orders =
        new AcmeOrders(
            acmeStore,
            store,
            enrolment,
            new AcmeHttpCheck(settings.acme(), time),
            new AcmeAttestation(attestationCertificates, ports.soleTpm(), ports.resident()),
            crypto,
            settings.acme().limits(),
            settings.ownNames(),
            ports.ledger(),
            time,
            ports.randomness());
    var requests =
        new AcmeRequests(
            accounts,
            enrolment,
            new AcmeBinding(tokens),
            orders,
            new AcmeRevocation(store, revocation),
            new AcmePace(settings.acme().limits().refusals(), time),
            authority,
            ports.randomness());
    this.acme =
        new AcmeRoutes(
            accounts,
            requests,
            new AcmeRenewals(store),
            new AcmeNonces(ports.randomness()),
            new AcmeUrls(settings.publicUrl(), settings.hosts()),
            time);
    this.certificateRoutes =
        new CertificateRoutes(store, line, revocation, authorities, history, ports.ledger(), time);
    this.keysInUse = new KeysInUse(authorities, new CryptoStore(ports.database()), time);
    statements.catchUp();
  }

  /**
   * Opens the authority, which is made at first start, brings the schema up to date, and states
   * what the last run left unsaid.
   *
   * @throws IllegalStateException if a key does not open or the data are of a newer version
   */
  public static Identity open(IdentitySettings settings, IdentityPorts ports) {
    ports.database().migrate("identity");
    NativeCrypto crypto = NativeCrypto.load(settings.crypto());
    Randomness randomness = ports.randomness();
    KeyEncryptionKey kek =
        KeyEncryptionKey.open(settings.keyEncryptionKey(), settings.folder(), randomness);
    KeyVault files = new FileVault(settings.folder(), kek, crypto, randomness);
    KeyVault vault = KeyVaults.of(settings.issuingKey(), files, ports.time(), randomness);
    RevocationStore revocations = new RevocationStore(ports.database());
    Authorities authorities =
        new AuthorityFolder(settings.folder(), vault, crypto, ports.time(), randomness)
            .open(settings.publicUrl(), revocations::lastEnd);
    return new Identity(
        authorities, revocations, VaultResultKey.open(files), kek, crypto, settings, ports);
  }

  /**
   * Loads native cryptography, which takes a moment and needs nothing else; true if it did load.
   */
  public static boolean loadCrypto() {
    return NativeCrypto.load().isNative();
  }

  /**
   * What the device listener authenticates itself with now. Answers at once; ask at each
   * connection, for it is renewed in time.
   */
  public ServerCredential serverCredential() {
    return serverCertificates.current();
  }

  /** How many certificates counted in the database and not in the log at start (rule L4). */
  public int disagreements() {
    return live.disagreements();
  }

  /** The issuing authority's certificate and the root's, in PEM. */
  public String authorityPem() {
    return authority.pem();
  }

  /** Certifies the attestation keys of devices' TPMs. */
  public AttestationKeyAuthority attestationKeys() {
    return attestationCertificates;
  }

  /** Makes tokens for devices that proved their TPM. */
  public HardwareEnrolment hardwareEnrolment() {
    return hardwareEnrolment;
  }

  /** The fastest verifiers of signatures here. */
  public Signatures signatures() {
    return signatures;
  }

  /** Signs attestation results. */
  public ResultKey resultKey() {
    return resultKey;
  }

  /** States anew how strongly a device is bound to its certificates, if that changed. */
  public void hardwareKeysChanged(Subject device) {
    statements.restate(device);
  }

  /** From now on signs OCSP answers before anybody asks, until that is closed. */
  public AutoCloseable answerAhead() {
    return ahead.start();
  }

  /** What signs OCSP answers before anybody asks. */
  AnsweredAhead ahead() {
    return ahead;
  }

  /** EST, ACME, CMP, the revocation list and OCSP, for the device listener. */
  public List<DeviceRoute> deviceRoutes() {
    List<DeviceRoute> routes = new ArrayList<>(est.routes());
    routes.addAll(acme.routes());
    routes.addAll(cmp.routes());
    routes.addAll(lists.routes());
    routes.addAll(ocsp.routes());
    return List.copyOf(routes);
  }

  /** Tokens and certificates, for the operator listener. */
  public List<OperatorRoute> operatorRoutes() {
    List<OperatorRoute> routes = new ArrayList<>(tokenRoutes.routes());
    routes.addAll(derivedTokenRoutes.routes());
    routes.addAll(certificateRoutes.routes());
    return List.copyOf(routes);
  }

  /** What of this room rests on cryptography. */
  public List<CryptoAsset> cryptoAssets() {
    return keysInUse.all();
  }

  @Override
  public List<X509Certificate> authorities() {
    return names.authorities();
  }

  @Override
  public Peer identify(VerifiedChain chain) {
    return names.identify(chain);
  }

  @Override
  public void posturesChanged(Collection<PostureChange> changes) {
    falls.posturesChanged(changes);
  }
}
