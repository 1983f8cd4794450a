package org.thingward.drill;

import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Drill results as JUnit XML, which every build server reads. */
public final class JUnitXml {
  private static final String CLASS_NAME = "org.thingward.drill";

  private JUnitXml() {}

  /** The document. */
  public static String of(List<DrillResult> results) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "thingward drill");
      xml.writeAttribute("tests", Integer.toString(results.size()));
      xml.writeAttribute("failures", count(results, DrillResult.Outcome.SUCCEEDED));
      xml.writeAttribute("errors", count(results, DrillResult.Outcome.NOT_RUN));
      xml.writeAttribute("time", seconds(total(results)));
      for (DrillResult result : results) {
        write(xml, result);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing XML into memory", e);
    }
    return text + "\n";
  }

  private static void write(XMLStreamWriter xml, DrillResult result) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", CLASS_NAME);
    xml.writeAttribute("name", result.drill().id());
    xml.writeAttribute("time", seconds(result.took()));
    String details = String.join("; ", result.details());
    switch (result.outcome()) {
      case STOPPED -> element(xml, "system-out", "", details);
      case SUCCEEDED -> element(xml, "failure", details, result.drill().attempt());
      case NOT_RUN -> element(xml, "error", details, result.drill().attempt());
    }
    xml.writeEndElement();
  }

  private static void element(XMLStreamWriter xml, String name, String message, String text)
      throws XMLStreamException {
    xml.writeStartElement(name);
    if (!message.isEmpty()) {
      xml.writeAttribute("message", legal(message));
    }
    xml.writeCharacters(legal(text));
    xml.writeEndElement();
  }

  /** XML 1.0 has no control characters, but a server's words may. */
  private static String legal(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]|[\\uFFFE\\uFFFF]", "?");
  }

  private static String count(List<DrillResult> results, DrillResult.Outcome outcome) {
    return Long.toString(results.stream().filter(each -> each.outcome() == outcome).count());
  }

  private static Duration total(List<DrillResult> results) {
    return results.stream().map(DrillResult::took).reduce(Duration.ZERO, Duration::plus);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
  }
}
