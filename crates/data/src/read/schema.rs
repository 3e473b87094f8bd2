//! The input tables and their columns, with the names people give them (English and Urdu).

/// A column of an input table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name in the format.
    pub name: &'static str,
    /// Other headers that mean the same, as [`crate::text::header_key`]s.
    pub synonyms: &'static [&'static str],
}

/// An input table.
#[derive(Debug, Clone, Copy)]
pub struct TableSchema {
    /// Name in the format.
    pub name: &'static str,
    /// Other names for files and sheets.
    pub synonyms: &'static [&'static str],
    /// Columns.
    pub columns: &'static [Column],
    /// A table is taken for this one when it has all columns of one of these groups.
    pub telling: &'static [&'static [&'static str]],
}

pub(super) const fn col(name: &'static str, synonyms: &'static [&'static str]) -> Column {
    Column { name, synonyms }
}

/// Sites.
pub const SITES: TableSchema = TableSchema {
    name: "sites",
    synonyms: &["facilities", "factories", "suppliers", "facility_list", "supplier_list", "site", "sheet1"],
    telling: &[&["sector"], &["name", "country"], &["name", "address"], &["latitude", "longitude"], &["site_id"]],
    columns: &[
        col("site_id", &["id", "facility_id", "supplier_id", "factory_id", "site_no", "code", "سائٹ_نمبر"]),
        col(
            "name",
            &["site_name", "facility_name", "factory_name", "supplier_name", "company", "company_name", "facility", "factory", "نام"],
        ),
        col("address", &["site_address", "facility_address", "factory_address", "street_address", "پتہ", "پتا"]),
        col("role", &["type_of_site", "site_type", "facility_type", "کردار"]),
        col("sector", &["industry", "product_type", "product_category", "isic", "hs", "sector_id", "commodity", "شعبہ", "صنعت"]),
        col("country", &["country_code", "country_name", "iso3", "iso2", "country_iso3", "ملک"]),
        col("district", &["district_name", "pcode", "p_code", "district_id", "zila", "tehsil_district", "ضلع"]),
        col("latitude", &["lat", "y", "gps_lat", "lat_dd"]),
        col("longitude", &["lon", "lng", "long", "x", "gps_lon", "lon_dd"]),
        col("coordinates", &["latlon", "lat_lon", "latlng", "gps", "location_coordinates"]),
        col(
            "workers",
            &["number_of_workers", "worker_count", "employees", "total_workers", "headcount", "no_of_workers", "مزدور", "کارکن"],
        ),
        col("women_workers", &["female_workers", "women", "females", "خواتین_کارکن"]),
        col("registered", &["is_registered", "registration", "رجسٹرڈ"]),
        col("home_based", &["home_work", "homebased", "گھریلو"]),
        col("family_piece_rate", &["piece_rate_family", "family_piece_work"]),
        col("advance_debt", &["peshgi", "advance", "advances", "debt_bondage_advance", "پیشگی"]),
        col("recruiter_labour", &["recruiter_labor", "contract_labour", "contractor_labour", "through_recruiter", "jamadar_labour"]),
        col("displaced_workers", &["migrant_workers", "displaced_workforce", "refugee_workers"]),
        col("age_check", &["age_verification", "age_checked", "age_check_at_hiring"]),
        col("certified", &["certification", "is_certified"]),
        col("input_share", &["purchased_input_share", "bought_in_share"]),
        col("coverage", &["link_coverage", "traced_purchases"]),
        col("purchases_total", &["total_purchases", "purchases"]),
        col("labour_intensity", &["labor_intensity", "workers_per_million_usd"]),
        col("capacity", &["production_capacity"]),
        col("capacity_unit", &["unit_of_capacity"]),
        col("os_id", &["open_supply_hub_id", "oar_id"]),
        col("measured_prevalence", &["surveyed_prevalence"]),
        col("measured_by", &["survey", "surveyed_by"]),
    ],
};

/// Links.
pub const LINKS: TableSchema = TableSchema {
    name: "links",
    synonyms: &["supply_links", "edges", "relationships", "supplies", "link"],
    telling: &[
        &["supplier_id", "buyer_id"],
        &["supplier_name", "buyer_name"],
        &["supplier_id", "buyer_name"],
        &["supplier_name", "buyer_id"],
    ],
    columns: &[
        col("supplier_id", &["supplier", "from", "source", "seller_id", "from_id", "سپلائر"]),
        col("buyer_id", &["buyer", "to", "target", "customer_id", "to_id", "خریدار"]),
        col("supplier_name", &["factory_name", "facility_name", "seller_name"]),
        col("supplier_address", &["factory_address", "facility_address"]),
        col("supplier_country", &["factory_country", "facility_country", "country"]),
        col("supplier_district", &["factory_district", "district"]),
        col("supplier_sector", &["sector", "industry"]),
        col("supplier_coordinates", &["supplier_latlon", "supplier_lat_lon", "supplier_latlng", "supplier_gps", "latlon"]),
        col("buyer_name", &["company_name", "brand", "brand_name", "company", "customer_name"]),
        col("buyer_country", &["brand_country", "company_country", "customer_country"]),
        col("buyer_sector", &["brand_sector", "company_sector"]),
        col("kind", &["link_kind", "type", "relationship", "link_type"]),
        col("product", &["hs_code", "hs", "goods", "commodity"]),
        col("share", &["share_of_purchases", "purchase_share", "share_pct"]),
        col("value", &["purchase_value", "amount", "order_value"]),
        col("currency", &["value_currency"]),
        col("quantity", &["qty", "volume"]),
        col("unit", &["quantity_unit", "uom"]),
        col("sales_share", &["share_of_sales", "supplier_sales_share"]),
        col("disclosure", &["disclosed", "verification", "status"]),
        col("valid_from", &["from_date", "start_date", "start"]),
        col("valid_to", &["to_date", "end_date", "end", "until"]),
    ],
};

/// Agents.
pub const AGENTS: TableSchema = TableSchema {
    name: "agents",
    synonyms: &["recruiters", "contractors", "middlemen", "agent"],
    telling: &[&["agent_id", "kind"]],
    columns: &[
        col("agent_id", &["id", "agent", "recruiter_id", "contractor_id"]),
        col("kind", &["type", "agent_type", "agent_kind"]),
        col("country", &["country_code", "ملک"]),
        col("district", &["district_name", "ضلع"]),
    ],
};

/// Agent links.
pub const AGENT_LINKS: TableSchema = TableSchema {
    name: "agent_links",
    synonyms: &["agent_sites", "recruitment", "agents_sites"],
    telling: &[&["agent_id", "site_id"]],
    columns: &[
        col("agent_id", &["agent", "recruiter_id", "contractor_id"]),
        col("site_id", &["site", "facility_id", "supplier_id"]),
        col("workers", &["workers_supplied", "number_of_workers"]),
        col("advance_debt", &["peshgi", "advance", "advances"]),
    ],
};

/// Evidence.
pub const EVIDENCE: TableSchema = TableSchema {
    name: "evidence",
    synonyms: &["audits", "inspections", "findings", "incidents", "audit_findings"],
    telling: &[&["evidence_id", "site_id"], &["site_id", "method", "finding"], &["visit_id", "method", "finding"]],
    columns: &[
        col("evidence_id", &["id", "audit_id", "finding_id", "report_id"]),
        col("visit_id", &["visit"]),
        col("site_id", &["site", "facility_id", "supplier_id", "factory_id"]),
        col("date", &["audit_date", "visit_date", "report_date", "تاریخ"]),
        col("method", &["type", "audit_type", "visit_type"]),
        col("finding", &["result", "outcome"]),
        col("hazard", &["issue", "risk"]),
        col("form", &["exploitation_form"]),
        col("girls", &["girls_found", "لڑکیاں"]),
        col("boys", &["boys_found", "لڑکے"]),
        col("announced", &["was_announced", "notice_given"]),
        col("paid_by", &["payer", "paid"]),
        col("returning_team", &["returning_auditor", "same_team"]),
        col("all_male_team", &["male_team", "no_women_on_team"]),
        col("children_interviewed", &["children_asked", "interviewed_children"]),
        col("off_site", &["offsite", "off_site_interviews"]),
        col("source", &["report", "url", "reference"]),
        col("case_id", &["case", "case_no"]),
        col("remediated_on", &["remediation_date", "remediated", "closed_on"]),
    ],
};

/// Orders: what sites were asked to make, when, and for how much.
pub const ORDERS: TableSchema = TableSchema {
    name: "orders",
    synonyms: &["purchase_orders", "order_book", "order_list", "po_list", "آرڈر"],
    telling: &[&["order_id", "site_id"], &["site_id", "date", "quantity"], &["site_id", "date", "lead_days"]],
    columns: &[
        col("order_id", &["po", "po_no", "po_number", "order_no", "order_number", "آرڈر_نمبر"]),
        col("site_id", &["site", "facility_id", "supplier_id", "factory_id", "supplier", "سپلائر"]),
        col("buyer_id", &["buyer", "customer_id", "customer", "خریدار"]),
        col("date", &["order_date", "placed_on", "po_date", "period", "month", "تاریخ", "مہینہ"]),
        col("due_date", &["delivery_date", "ship_date", "due", "delivered_on", "تاریخ_ترسیل"]),
        col("quantity", &["qty", "pieces", "volume", "مقدار", "تعداد"]),
        col("unit", &["quantity_unit", "uom", "اکائی"]),
        col("price", &["unit_price", "fob", "price_per_unit", "قیمت"]),
        col("currency", &["price_currency", "کرنسی"]),
        col("lead_days", &["lead_time", "lead_time_days", "days_to_deliver", "دن"]),
        col("product", &["hs_code", "hs", "style", "goods", "item", "مال"]),
        col("made_elsewhere", &["subcontracted", "found_subcontracted", "unauthorised_subcontracting"]),
    ],
};

/// Teams of a plan.
pub const INSPECTORS: TableSchema = TableSchema {
    name: "inspectors",
    synonyms: &["teams", "inspection_teams"],
    telling: &[&["team_id", "days"]],
    columns: &[
        col("team_id", &["team", "id", "ٹیم"]),
        col("home_district", &["district", "base", "station", "posted_at", "ضلع"]),
        col("days", &["days_available", "working_days", "inspector_days", "دن"]),
        col("daily_sites", &["sites_per_day", "visits_per_day", "sites_a_day"]),
        col("country", &["country_code", "ملک"]),
        col("latitude", &["lat", "home_latitude"]),
        col("longitude", &["lon", "lng", "long", "home_longitude"]),
    ],
};

/// A list of sites for a plan: an earlier plan, or what must be visited.
pub const SITE_LIST: TableSchema = TableSchema {
    name: "site_list",
    synonyms: &["list", "visits", "previous", "follow_ups"],
    telling: &[&["site_id"]],
    columns: &[col("site_id", &["id", "site", "facility_id", "supplier_id", "factory_id", "kiln_id"]), col("team_id", &["team"])],
};

/// Travel times.
pub const TRAVEL: TableSchema = TableSchema {
    name: "travel",
    synonyms: &["matrix", "travel_times", "distances"],
    telling: &[&["from", "to"]],
    columns: &[
        col("from", &["origin", "from_id", "from_district", "source"]),
        col("to", &["destination", "to_id", "to_district", "target"]),
        col("hours", &["travel_hours", "time_hours", "duration_hours"]),
        col("kilometres", &["km", "kilometers", "distance_km", "road_km"]),
    ],
};

/// All tables.
pub const TABLES: [&TableSchema; 7] = [&SITES, &LINKS, &AGENTS, &AGENT_LINKS, &EVIDENCE, &ORDERS, &INSPECTORS];
