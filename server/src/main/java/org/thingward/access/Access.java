package org.thingward.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.thingward.ledger.Ledger;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.ChangeControl;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.Cuts;
import org.thingward.platform.OperatorAuthentication;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.Time;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.OperatorAction;
import org.thingward.trust.OperatorGate;
import org.thingward.trust.OperatorRefused;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;

/**
 * Who an operator is, and what an operator may do. Until the first passkey is registered that is
 * the bootstrap certificate's holder, and everything; from then on whoever logs in with a passkey.
 */
public final class Access implements OperatorGate, OperatorAuthentication {
  /** Whom the bootstrap certificate stands for. */
  public static final Subject BOOTSTRAP = Subject.operator("bootstrap");

  private static final String BOOTSTRAP_ENDED =
      "The bootstrap certificate lost its rights when the first passkey was registered. Log in at the console with a passkey.";

  private final ConsoleName console;
  private final Time time;
  private final Passkeys passkeys;
  private final Operators operators;
  private final FirstLink link;
  private final Sessions sessions;
  private final Ceremonies ceremonies;
  private final FurtherPasskeys further;
  private final InvitationCeremony invitation;
  private final SessionRoutes routes;
  private final OperatorRoutes administration;
  private final ApiTokens tokens;
  private final ApiTokenRoutes tokenRoutes;
  private final PairingRoutes pairings;
  private final Approvals approvals;
  private final BreakGlass breakGlass;
  private final List<OperatorRoute> agreement;

  /**
   * Opens the room; reads from the log which passkeys there are.
   *
   * @param console the name that passkeys are bound to
   * @param bootstrap the digest of the bootstrap certificate's public key
   * @param surroundings what approvals ask of other rooms
   * @throws org.thingward.platform.SettingsRefused if passkeys are bound to another name
   */
  public Access(
      ConsoleName console,
      Digest bootstrap,
      Ledger ledger,
      Surroundings surroundings,
      Time time,
      Randomness randomness) {
    this.console = console;
    this.time = time;
    RelyingParty party = new RelyingParty(console, surroundings.authenticators().conveyance());
    this.passkeys = new Passkeys();
    this.operators = new Operators(passkeys, party);
    new Replay(passkeys, operators, party).run(ledger.openings());
    this.link = new FirstLink(randomness, time);
    this.sessions = new Sessions(randomness, time);
    Challenges challenges = new Challenges(randomness, time);
    this.ceremonies =
        new Ceremonies(
            party,
            passkeys,
            operators,
            challenges,
            link,
            sessions,
            ledger,
            surroundings.watch(),
            bootstrap,
            time);
    this.further = new FurtherPasskeys(party, passkeys, challenges, sessions, ledger, time);
    this.administration =
        new OperatorRoutes(
            party, passkeys, operators, challenges, sessions, ledger, randomness, time);
    this.invitation = new InvitationCeremony(party, passkeys, operators, challenges, ledger, time);
    Approvers approvers =
        new Approvers(operators, passkeys, surroundings.places(), surroundings.authenticators());
    this.breakGlass = new BreakGlass(approvers, ledger, time, randomness);
    this.approvals =
        new Approvals(
            rules(surroundings),
            console,
            surroundings,
            approvers,
            breakGlass,
            ledger,
            time,
            randomness);
    new ApprovalReload(approvals, passkeys, party).run(ledger.openings());
    this.agreement =
        List.of(
                new ApprovalRoutes(approvals, party, passkeys, time).routes(),
                new BreakGlassRoutes(breakGlass).routes())
            .stream()
            .flatMap(List::stream)
            .toList();
    this.routes = new SessionRoutes(operators, passkeys, sessions, ledger, time);
    this.tokens = new ApiTokens(passkeys, party, ledger, time);
    ApiTokenMaking making =
        new ApiTokenMaking(
            party, passkeys, challenges, tokens, operators::scope, ledger, randomness, time);
    this.tokenRoutes = new ApiTokenRoutes(tokens, making, sessions);
    this.pairings =
        new PairingRoutes(
            console, passkeys, new Pairings(randomness, time), making, tokens, sessions, time);
  }

  /** The steps that lead to a session. */
  public List<CeremonyRoute> ceremonies() {
    List<CeremonyRoute> all = new ArrayList<>(ceremonies.routes());
    all.addAll(further.routes());
    all.addAll(invitation.routes());
    all.addAll(tokenRoutes.ceremonies());
    all.addAll(pairings.routes());
    return all;
  }

  /** What operators may ask about themselves and each other. */
  public List<OperatorRoute> routes() {
    List<OperatorRoute> all = new ArrayList<>(routes.routes());
    all.addAll(administration.routes());
    all.addAll(tokenRoutes.routes());
    all.addAll(agreement);
    return all;
  }

  /** What of this room rests on cryptography. */
  public List<CryptoAsset> cryptoAssets() {
    return passkeys.inUse();
  }

  /** The words for why an API token is refused. */
  public List<String> tokenRefusals() {
    return Stream.of(ApiTokens.Refusal.values()).map(ApiTokens.Refusal::word).toList();
  }

  /** How often one was refused since the start, for the reason of this word. */
  public long tokenRefusals(String reason) {
    return Stream.of(ApiTokens.Refusal.values())
        .filter(why -> why.word().equals(reason))
        .mapToLong(tokens::refusals)
        .sum();
  }

  /** Decides which changes others must agree to. */
  public ChangeControl changeControl() {
    return approvals;
  }

  /** How many changes wait for somebody to agree. */
  public int waitingApprovals() {
    return approvals.waiting();
  }

  /** How many times the glass was broken and nobody has reviewed it (rule O5). */
  public int unreviewedBreakGlass() {
    return breakGlass.unreviewed();
  }

  /**
   * A one-time link that registers the first passkey, or the first after a recovery, good for ten
   * minutes (rule O7); an earlier one ends. Empty once one was registered. It is a secret: never
   * log it.
   *
   * @param port where the operator listener is
   */
  public Optional<String> firstLink(int port) {
    return passkeys.wereRegistered() && !isRecovering()
        ? Optional.empty()
        : Optional.of(console.origin(port) + "/#register=" + link.draw());
  }

  /** Whether operators were ended on this machine a moment ago, and nobody registered since. */
  private boolean isRecovering() {
    return operators.history().gap().isEmpty()
        && operators
            .history()
            .recovery()
            .filter(open -> time.now().isBefore(open.recovery().at().plus(Recovery.LIFE)))
            .isPresent();
  }

  /** How many times operators were recovered on this machine, ever. */
  public int recoveries() {
    return operators.history().recoveries().size();
  }

  private static ApprovalRules rules(Surroundings surroundings) {
    try {
      return ApprovalRules.of(surroundings.raised(), surroundings.quorums());
    } catch (IllegalArgumentException e) {
      throw new SettingsRefused("--approval-quorum: " + e.getMessage() + ".");
    }
  }

  @Override
  public Caller authenticate(Presented presented) {
    // Who presents a token is who it says, or nobody: never who else the connection may be.
    if (!presented.authorization().isEmpty()) {
      return tokens.require(presented.authorization(), presented.clientKey()).caller();
    }
    Optional<Session> session = SessionCookie.secret(presented.cookies()).flatMap(sessions::find);
    if (session.isPresent()) {
      return Caller.inSession(session.get().operator(), session.get().id().toString());
    }
    if (!presented.bootstrap()) {
      throw new Problem(401, "not-an-operator", "Log in at the console with a passkey.");
    }
    if (passkeys.wereRegistered()) {
      throw new Problem(401, "bootstrap-ended", BOOTSTRAP_ENDED);
    }
    return Caller.inPerson(BOOTSTRAP);
  }

  @Override
  public Scope demand(OperatorAction action) {
    Caller caller = action.caller();
    operators
        .history()
        .gap()
        .ifPresent(gap -> {
          throw new OperatorRefused(gap.text());
        });
    requireStillThere(caller);
    requireVerified(action);
    Scope held = held(caller.operator(), action.permission());
    if (held.isNowhere()) {
      throw new OperatorRefused(
          "'%s' does not hold %s.".formatted(caller.operator().name(), action.permission().word()));
    }
    Scope within = caller.within().isEverywhere() ? held : held.and(caller.within());
    if (!caller.atMost().contains(action.permission()) || within.isNowhere()) {
      throw new OperatorRefused(
          "This token was not given %s, or no device to use it on."
              .formatted(action.permission().word()));
    }
    return within;
  }

  /** What a request came with may end while it is answered. */
  private void requireStillThere(Caller caller) {
    boolean session = caller.session().map(UUID::fromString).map(sessions::lasts).orElse(true);
    boolean token = caller.token().map(UUID::fromString).map(tokens::counts).orElse(true);
    if (!session || !token) {
      throw new OperatorRefused("The session or the token that this came with has ended.");
    }
  }

  /** Whoever finds a browser open, or copied its cookie, changes nothing for long. */
  private void requireVerified(OperatorAction action) {
    boolean risky = action.permission() != Permission.VIEW && !Cuts.has(action.verb());
    boolean verified =
        action.caller().session().map(UUID::fromString).map(sessions::isVerified).orElse(true);
    if (risky && !verified) {
      throw new Problem(
          403,
          "verify-first",
          "You logged in more than %d minutes ago. Log in again with your passkey, then repeat this."
              .formatted(Sessions.VERIFIED.toMinutes()));
    }
  }

  private Scope held(Subject operator, Permission permission) {
    if (!operator.equals(BOOTSTRAP)) {
      return operators.scope(operator, permission);
    }
    if (passkeys.wereRegistered()) {
      throw new OperatorRefused(BOOTSTRAP_ENDED);
    }
    return Scope.EVERYWHERE;
  }
}
