package org.thingward.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.thingward.trust.Decision;
import org.thingward.trust.Evidence;
import org.thingward.trust.Grant;
import org.thingward.trust.Rights;
import org.thingward.trust.TopicFilter;
import org.thingward.verify.diff.Change;
import org.thingward.verify.diff.Compared;
import org.thingward.verify.diff.Limit;
import org.thingward.verify.diff.PolicyDiff;
import org.thingward.verify.diff.Region;

/** A difference of two policies, for a person. */
final class DiffLines {
  private final PolicyDiff diff;
  private final int shown;
  private final Terminal terminal;
  private final List<String> lines = new ArrayList<>();

  private DiffLines(PolicyDiff diff, int shown, Terminal terminal) {
    this.diff = diff;
    this.shown = shown;
    this.terminal = terminal;
  }

  /** The lines that tell the {@code shown} largest regions. */
  static List<String> of(PolicyDiff diff, int shown, Terminal terminal) {
    DiffLines told = new DiffLines(diff, shown, terminal);
    told.summary();
    for (int i = 0; i < Math.min(shown, diff.regions().size()); i++) {
      told.region(i + 1, diff.regions().get(i));
    }
    told.rest();
    return told.lines;
  }

  private void summary() {
    if (diff.decidesAlike()) {
      lines.add(
          diff.isSame()
              ? "no decision differs, and nothing else: every part that is read is the same"
              : "no decision differs: every part that decisions read is the same; beside them:");
      return;
    }
    if (diff.regions().isEmpty()) {
      lines.add("no case was found that is decided differently, which is no proof:");
      return;
    }
    lines.add(
        "%s of %s points of the domain are decided differently (%s), in %d region%s"
            .formatted(
                number(diff.differing()),
                number(diff.points()),
                share(diff.differing()),
                diff.regions().size(),
                diff.regions().size() == 1 ? "" : "s"));
    lines.add("a case that meets none of them is decided alike");
  }

  private void region(int number, Region region) {
    String changes = region.changes().stream().map(Change::word).collect(Collectors.joining(", "));
    lines.add("");
    lines.add("%d  %s".formatted(number, terminal.styled(Terminal.Style.STRONG, region.where())));
    said(region);
    lines.add("     does %s%s".formatted(terminal.styled(style(region), changes), points(region)));
    region.witness().ifPresent(this::witness);
  }

  private void said(Region region) {
    lines.add("     was  " + region.before());
    lines.add("     is   " + region.after());
  }

  private static Terminal.Style style(Region region) {
    return region.changes().contains(Change.PERMITS)
            || region.changes().contains(Change.RAISES)
            || region.changes().contains(Change.WIDENS)
        ? Terminal.Style.WARN
        : Terminal.Style.STRONG;
  }

  private String points(Region region) {
    return region
        .points()
        .filter(points -> points.signum() > 0)
        .map(points -> ", at %s points (%s)".formatted(number(points), share(points)))
        .orElse("");
  }

  private void witness(Compared compared) {
    lines.add(
        "     e.g. %s asks to %s at %s"
            .formatted(
                compared.request().subject(), compared.request().kind().word(), compared.at()));
    compared.evidence().forEach(piece -> lines.add("          " + told(piece)));
    lines.add("          was  " + told(compared.before()));
    lines.add("          is   " + told(compared.after()));
  }

  static String told(Evidence piece) {
    String claims =
        piece.claims().entrySet().stream()
            .map(claim -> claim.getKey() + " " + ClaimText.of(claim.getValue()))
            .collect(Collectors.joining(", "));
    String until =
        piece.holdsUntil().equals(Evidence.NO_END) ? "" : ", until " + piece.holdsUntil();
    return "%s: %s says of %s: %s%s"
        .formatted(piece.received(), piece.source(), piece.subject(), claims, until);
  }

  static String told(Decision decision) {
    return "%s as %s%s, because %s"
        .formatted(
            decision.verdict().word(),
            decision.tier().word(),
            decision.grant().map(DiffLines::told).orElse(""),
            String.join("; ", decision.reasons()));
  }

  private static String told(Grant grant) {
    Rights rights = grant.rights();
    return ", publish %s, receive %s, until %s"
        .formatted(topics(rights.publish()), topics(rights.receive()), grant.until());
  }

  private static String topics(List<TopicFilter> topics) {
    return topics.isEmpty()
        ? "nothing"
        : topics.stream().map(TopicFilter::toString).collect(Collectors.joining(" "));
  }

  private void rest() {
    int hidden = diff.regions().size() - shown;
    if (hidden > 0) {
      lines.add("");
      lines.add(
          "… and %d more region%s; --all shows them".formatted(hidden, hidden == 1 ? "" : "s"));
    }
    unshown();
    if (!diff.limits().isEmpty()) {
      lines.add("");
      lines.add("beside decisions:");
      for (Limit limit : diff.limits()) {
        lines.add("   " + limit.where());
        lines.add("     was  " + limit.before());
        lines.add("     is   " + limit.after());
      }
    }
  }

  private void unshown() {
    List<Region> meaning = diff.unshown().stream().filter(region -> !region.isOfWording()).toList();
    if (!meaning.isEmpty()) {
      lines.add("");
      lines.add("read differently, but no case was found in which a decision differs:");
      meaning.forEach(region -> {
        lines.add("   " + region.where());
        said(region);
      });
    }
    int wording = diff.unshown().size() - meaning.size();
    if (wording > 0) {
      lines.add("");
      lines.add(
          "in %d place%s a reason is worded otherwise; no decision was found that shows it"
              .formatted(wording, wording == 1 ? "" : "s"));
    }
  }

  private String share(BigInteger part) {
    return percent(part, diff.points()).orElse("none");
  }

  /** A share such as {@code 6.4 %}; empty if there is no whole. */
  static Optional<String> percent(BigInteger part, BigInteger whole) {
    if (whole.signum() == 0) {
      return Optional.empty();
    }
    BigDecimal share =
        new BigDecimal(part.multiply(BigInteger.valueOf(100)))
            .divide(new BigDecimal(whole), 4, RoundingMode.HALF_UP);
    return Optional.of(
        share.signum() > 0 && share.compareTo(new BigDecimal("0.1")) < 0
            ? "under 0.1 %"
            : share.setScale(1, RoundingMode.HALF_UP) + " %");
  }

  private static String number(BigInteger number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
