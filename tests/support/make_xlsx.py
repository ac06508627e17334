"""Writes small workbooks without any library: for tests and fuzz seeds."""
import io, zipfile

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def column_name(n):
    out = ""
    while True:
        out = chr(65 + n % 26) + out
        n = n // 26 - 1
        if n < 0:
            return out


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sheet_xml(rows, shared):
    """Cells: str is a shared string, int and float are numbers, ("date", serial), ("inline", text), ("raw", xml), None is absent."""
    out = [f'<?xml version="1.0" encoding="UTF-8"?><worksheet {NS}><sheetData>']
    for r, row in enumerate(rows, 1):
        out.append(f'<row r="{r}">')
        for c, cell in enumerate(row):
            at = f"{column_name(c)}{r}"
            if cell is None:
                continue
            if isinstance(cell, str):
                out.append(f'<c r="{at}" t="s"><v>{shared.setdefault(cell, len(shared))}</v></c>')
            elif isinstance(cell, tuple) and cell[0] == "date":
                out.append(f'<c r="{at}" s="1"><v>{cell[1]}</v></c>')
            elif isinstance(cell, tuple) and cell[0] == "inline":
                out.append(f'<c r="{at}" t="inlineStr"><is><t>{escape(cell[1])}</t></is></c>')
            elif isinstance(cell, tuple):
                out.append(cell[1].replace("@", at))
            else:
                out.append(f'<c r="{at}"><v>{cell!r}</v></c>')
        out.append("</row>")
    return "".join(out) + "</sheetData></worksheet>"


def workbook(rows, changes=None, compression=zipfile.ZIP_DEFLATED, epoch_1904=False):
    """The bytes of a workbook; `changes` replaces or adds parts by name (None leaves one out)."""
    shared = {}
    sheet = sheet_xml(rows, shared)
    parts = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook {NS}><workbookPr{" date1904=" + chr(34) + "1" + chr(34) if epoch_1904 else ""}/><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": f'<?xml version="1.0"?><styleSheet {NS}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<?xml version="1.0"?><sst {NS}>' + "".join(f"<si><t>{escape(t)}</t></si>" for t in shared) + "</sst>",
        "xl/worksheets/sheet1.xml": sheet,
    }
    parts.update(changes or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)) if compression == zipfile.ZIP_STORED else name, content)
    return out.getvalue()
